package io.tesserae.generation.logits;

/** NaN becomes 0, and what is infinite the largest number. Transformers' {@code InfNanRemoveLogitsProcessor}. */
public record RemoveInvalidValues() implements LogitsProcessor {

    @Override
    public void process(TokenHistory history, float[] scores) {
        for (int token = 0; token < scores.length; token++) {
            float score = scores[token];
            scores[token] = Float.isNaN(score) ? 0f : Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, score));
        }
    }
}
