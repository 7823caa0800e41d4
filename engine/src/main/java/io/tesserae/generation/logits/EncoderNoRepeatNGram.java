package io.tesserae.generation.logits;

/**
 * No n tokens follow each other as they do in the prompt. Transformers' {@code EncoderNoRepeatNGramLogitsProcessor}, for which the prompt
 * of a decoder without an encoder is what an encoder would have read.
 *
 * @param size n, 1 or more
 */
public record EncoderNoRepeatNGram(int size) implements LogitsProcessor {

    public EncoderNoRepeatNGram {
        if (size < 1) {
            throw new IllegalArgumentException(
                    "`encoder_ngram_size` has to be a strictly positive integer, but is " + size);
        }
    }

    @Override
    public void process(TokenHistory history, float[] scores) {
        int before = history.length() - (size - 1);
        for (int start = 0; before >= 0 && start + size <= history.promptLength(); start++) {
            if (history.repeats(start, before, size - 1)) {
                Forbidding.forbid(scores, history.token(start + size - 1));
            }
        }
    }
}
