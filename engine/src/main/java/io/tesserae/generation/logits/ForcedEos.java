package io.tesserae.generation.logits;

/**
 * The last token that a sequence may have is one of these. Transformers' {@code ForcedEOSTokenLogitsProcessor}.
 *
 * @param tokens ids of the vocabulary
 */
public record ForcedEos(int[] tokens) implements LogitsProcessor {

    @Override
    public void process(TokenHistory history, float[] scores) {
        if (history.length() == history.maxLength() - 1) {
            Forbidding.force(scores, tokens);
        }
    }
}
