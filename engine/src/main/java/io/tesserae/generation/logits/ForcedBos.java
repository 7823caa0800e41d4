package io.tesserae.generation.logits;

/**
 * The second token of a sequence is given. Transformers' {@code ForcedBOSTokenLogitsProcessor}.
 *
 * @param token an id of the vocabulary
 */
public record ForcedBos(int token) implements LogitsProcessor {

    @Override
    public void process(TokenHistory history, float[] scores) {
        if (history.length() == 1) {
            Forbidding.force(scores, new int[] {token});
        }
    }
}
