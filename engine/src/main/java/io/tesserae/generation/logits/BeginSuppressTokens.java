package io.tesserae.generation.logits;

/**
 * Some tokens are not chosen as the first. Transformers' {@code SuppressTokensAtBeginLogitsProcessor}.
 *
 * @param tokens ids
 * @param bosIsForced whether the first token after a prompt of one is forced already, so that the second is meant
 */
public record BeginSuppressTokens(int[] tokens, boolean bosIsForced) implements LogitsProcessor {

    @Override
    public void process(TokenHistory history, float[] scores) {
        int begin = history.promptLength();
        if (history.length() == (begin > 1 || !bosIsForced ? begin : begin + 1)) {
            Forbidding.forbid(scores, tokens);
        }
    }
}
