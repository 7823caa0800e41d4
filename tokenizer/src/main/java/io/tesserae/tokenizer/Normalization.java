package io.tesserae.tokenizer;

import io.tesserae.tokenizer.text.PrecompiledMap;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is done to a text before it is cut into words: BERT's normalizer, or some of the single steps that a {@code tokenizer.json}
 * may list.
 *
 * <p>Source: {@code tokenizers/src/normalizers}, version 0.23.
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

    /** Canonical composition: a letter and its accents are one character where there is one. */
    record Nfc() implements Normalization {}

    /** Compatibility decomposition: letters and accents come apart, and what is but another form of a character becomes that. */
    record Nfkd() implements Normalization {}

    /** Compatibility composition: {@link Nfkd}, and then letters and accents are put together. */
    record Nfkc() implements Normalization {}

    /**
     * The map that comes with a vocabulary of SentencePiece (Kudo and Richardson 2018, section 3.2), read as the reference does it: of a
     * character and the marks upon it, the shortest beginning that is in the map stands for all of it, if they are fewer than 6 bytes.
     *
     * @param map {@code precompiled_charsmap} as it is stored: how many bytes the trie has, the trie, and the texts that it leads to.
     *     Every index in it is checked when it is followed
     */
    record Precompiled(byte[] map) implements Normalization {

        /**
         * Makes it.
         *
         * @throws IllegalArgumentException if this cannot be such a map: too short for its trie, without a trie at all, or with texts that
         *     are not in UTF-8
         */
        public Precompiled {
            map = Arguments.require(map, "map").clone();
            PrecompiledMap.of(map);
        }

        /** A copy. */
        @Override
        public byte[] map() {
            return map.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Precompiled precompiled && Arrays.equals(map, precompiled.map);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(map);
        }

        /** Without the map, which is long. */
        @Override
        public String toString() {
            return "Precompiled[" + map.length + " bytes]";
        }
    }

    /**
     * As SigLIP's texts are made canonical: small letters, no punctuation marks of ASCII, one space between words. Then SentencePiece's own
     * library normalizes what is left, with a text before it. A mark stands before a whole text, also where it begins with whitespace, and
     * marks in it are spaces.
     *
     * @param lowercase whether letters are made small
     * @param before what stands before every stretch of text, not to be seen in its tokens; not empty, {@value #LONGEST} chars at most
     * @param beginsWithMark whether a mark stands before that
     * @param map the library's; empty where every character stays what it is
     */
    record Siglip(boolean lowercase, String before, boolean beginsWithMark, Optional<Precompiled> map)
            implements Normalization {
        public Siglip {
            requireText(before, "before", 1);
            Arguments.require(map, "map");
        }
    }

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

    /**
     * A text in place of whitespace that a pattern finds.
     *
     * @param pattern which whitespace
     * @param content what stands there instead, {@value #LONGEST} chars at most
     */
    record ReplaceSpaces(Spaces pattern, String content) implements Normalization {
        public ReplaceSpaces {
            Arguments.require(pattern, "pattern");
            requireText(content, "content", 0);
        }
    }

    /** The regular expressions that tokenizers of SentencePiece's kind have in their normalizers, read by hand. */
    enum Spaces {
        /** Plain spaces, two or more. */
        PLAIN_RUN(" {2,}"),
        /** Plain spaces, one or more. */
        PLAIN(" +"),
        /** Whitespace, two or more. */
        RUN("\\s{2,}"),
        /** Whitespace, one or more. */
        ANY("\\s+"),
        /** Whitespace at the end of the text or of a line. */
        END("\\s+$"),
        /** Whitespace at the beginning of the text or of a line. */
        BEGINNING("^\\s+"),
        /** Whitespace, two or more; or one that ends a line or is a tab. */
        RUN_OR_BREAK("\\s{2,}|[\\n\\r\\t]"),
        /** One that ends a line or is a tab. */
        BREAK("[\\n\\r\\t]");

        private final String expression;

        Spaces(String expression) {
            this.expression = expression;
        }

        /** The regular expression, letter by letter. */
        public String expression() {
            return expression;
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
