package io.tesserae.generation.logits;

/**
 * Some tokens are never chosen. Transformers' {@code SuppressTokensLogitsProcessor}.
 *
 * @param tokens ids
 */
public record SuppressTokens(int[] tokens) implements LogitsProcessor {

    @Override
    public void process(TokenHistory history, float[] scores) {
        Forbidding.forbid(scores, tokens);
    }
}
