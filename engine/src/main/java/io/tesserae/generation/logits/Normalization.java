package io.tesserae.generation.logits;

/** Scores become logarithms of probabilities once more. Transformers' {@code LogitNormalization}. */
public record Normalization() implements LogitsProcessor {

    @Override
    public void process(TokenHistory history, float[] scores) {
        Softmax.logarithms(scores);
    }
}
