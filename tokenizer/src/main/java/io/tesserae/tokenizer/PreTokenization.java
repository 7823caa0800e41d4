package io.tesserae.tokenizer;

import java.util.List;

/**
 * How a normalized text is cut into words, of which each is then cut into pieces by itself.
 *
 * <p>Source: {@code tokenizers/src/pre_tokenizers}, version 0.23.
 */
public sealed interface PreTokenization {

    /** At whitespace, and around every punctuation mark. */
    record Bert() implements PreTokenization {}

    /** Into runs of word characters (letters, digits, marks, underscores) and runs of others; whitespace is between. */
    record Whitespace() implements PreTokenization {}

    /** At whitespace. */
    record WhitespaceSplit() implements PreTokenization {}

    /** Around every punctuation mark; whitespace stays where it is. */
    record Punctuation() implements PreTokenization {}

    /**
     * Around numbers.
     *
     * @param individualDigits whether every digit is a word by itself
     */
    record Digits(boolean individualDigits) implements PreTokenization {}

    /** Each cuts what the one before has left; where there is none, the text is one word. */
    record Sequence(List<PreTokenization> steps) implements PreTokenization {
        public Sequence {
            steps = List.copyOf(Arguments.requireAll(steps, "steps"));
        }
    }
}
