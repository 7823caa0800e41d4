package io.tesserae.generation.logits;

/**
 * A sequence does not end before it has so many tokens, prompt included. Transformers' {@code MinLengthLogitsProcessor}.
 *
 * @param length tokens
 * @param eos the ids that would end it
 */
public record MinLength(int length, int[] eos) implements LogitsProcessor {

    @Override
    public void process(TokenHistory history, float[] scores) {
        if (history.length() < length) {
            Forbidding.forbid(scores, eos);
        }
    }
}
