package io.tesserae.tokenizer;

import java.util.List;

/**
 * What is done to a text before it is cut into words: BERT's normalizer, or some of the single steps that a {@code tokenizer.json}
 * may list.
 *
 * <p>Source: {@code tokenizers/src/normalizers}, version 0.23. What is not here (NFC, NFKC and others) depends on tables of which the
 * reference's edition is not at hand.
 */
public sealed interface Normalization {

    /**
     * The normalizer of BERT.
     *
     * @param cleanText whether controls are dropped and all whitespace becomes plain spaces
     * @param chineseChars whether every Chinese character is set apart
     * @param stripAccents whether letters lose their accents
     * @param lowercase whether the case is lowered
     */
    record Bert(boolean cleanText, boolean chineseChars, boolean stripAccents, boolean lowercase)
            implements Normalization {

        /** That of BERT's uncased models: all four. */
        public static final Bert UNCASED = new Bert(true, true, true, true);

        /** That of BERT's cased models: case and accents stay. */
        public static final Bert CASED = new Bert(true, true, false, false);
    }

    /** Lowers the case. */
    record Lowercase() implements Normalization {}

    /** Canonical decomposition: letters and their accents come apart. */
    record Nfd() implements Normalization {}

    /** Drops all combining marks; does nothing about a letter and an accent in one character. */
    record StripAccents() implements Normalization {}

    /** Drops the whitespace at the ends. */
    record Strip(boolean left, boolean right) implements Normalization {}

    /**
     * Puts a text before every stretch between added tokens.
     *
     * @param prepend not empty, {@value #LONGEST} chars at most
     */
    record Prepend(String prepend) implements Normalization {
        public Prepend {
            requireText(prepend, "prepend", 1);
        }
    }

    /**
     * One text in place of another, wherever that stands.
     *
     * @param pattern the text to find, as it is; not empty, {@value #LONGEST} chars at most
     * @param content what stands there instead, {@value #LONGEST} chars at most
     */
    record Replace(String pattern, String content) implements Normalization {
        public Replace {
            requireText(pattern, "pattern", 1);
            requireText(content, "content", 0);
        }
    }

    /** Chars that a step finds, or puts into a text, at most: a file could ask for more than any memory holds. */
    public static final int LONGEST = 64;

    private static void requireText(String value, String name, int shortest) {
        int length = Arguments.require(value, name).length();
        if (length < shortest || length > LONGEST) {
            throw new IllegalArgumentException("the " + name + " of a normalizer must have " + shortest + " to "
                    + LONGEST + " chars, found " + length);
        }
        if (value.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new IllegalArgumentException("the " + name + " of a normalizer holds half a surrogate pair");
        }
    }

    /** One after the other; nothing at all where there is none. */
    record Sequence(List<Normalization> steps) implements Normalization {
        public Sequence {
            steps = List.copyOf(Arguments.requireAll(steps, "steps"));
        }
    }
}
