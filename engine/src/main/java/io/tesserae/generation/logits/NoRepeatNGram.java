package io.tesserae.generation.logits;

/**
 * No n tokens follow each other twice, the prompt's included. Transformers' {@code NoRepeatNGramLogitsProcessor}.
 *
 * @param size n, 1 or more
 */
public record NoRepeatNGram(int size) implements LogitsProcessor {

    public NoRepeatNGram {
        if (size < 1) {
            throw new IllegalArgumentException("`ngram_size` has to be a strictly positive integer, but is " + size);
        }
    }

    @Override
    public void process(TokenHistory history, float[] scores) {
        int before = history.length() - (size - 1);
        for (int start = 0; start + size <= history.length(); start++) {
            if (history.repeats(start, before, size - 1)) {
                Forbidding.forbid(scores, history.token(start + size - 1));
            }
        }
    }
}
