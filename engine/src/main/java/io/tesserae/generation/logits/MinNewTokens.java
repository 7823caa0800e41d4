package io.tesserae.generation.logits;

/**
 * A sequence does not end before it has so many new tokens. Transformers' {@code MinNewTokensLengthLogitsProcessor}.
 *
 * @param count tokens, those of the prompt not counted
 * @param eos the ids that would end it
 */
public record MinNewTokens(int count, int[] eos) implements LogitsProcessor {

    @Override
    public void process(TokenHistory history, float[] scores) {
        if (history.newTokens() < count) {
            Forbidding.forbid(scores, eos);
        }
    }
}
