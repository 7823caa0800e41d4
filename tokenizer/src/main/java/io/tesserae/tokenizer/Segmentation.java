package io.tesserae.tokenizer;

/**
 * How a word is cut into pieces of the vocabulary: the {@code model} of a {@code tokenizer.json}, without the vocabulary itself.
 */
public sealed interface Segmentation {

    /** The name that {@code tokenizer.json} has for it: {@code WordPiece}. */
    String name();

    /** What marks a piece inside a word in the vocabulary: {@code ##}; empty where nothing does. */
    String continuingSubwordPrefix();

    /** The decoder that goes with it, for tokenizers that name none. */
    Decoding decoding();

    /**
     * From the left, each piece as long as possible (Wu et al. 2016, section 4.1).
     *
     * @param unknownToken the token of the vocabulary that stands for a word that the vocabulary cannot spell. It is not found in
     *     texts; {@link SpecialTokens#unk()} is, and null means that one. Where both are null, a text with such a word is refused
     * @param continuingSubwordPrefix marks a piece inside a word
     * @param maxInputCharsPerWord words of more code points than this are unknown; 0 or more
     */
    record WordPiece(String unknownToken, String continuingSubwordPrefix, int maxInputCharsPerWord)
            implements Segmentation {

        /** BERT's. */
        public static final WordPiece BERT = new WordPiece(null, "##", 100);

        public WordPiece {
            Arguments.require(continuingSubwordPrefix, "continuingSubwordPrefix");
            if (maxInputCharsPerWord < 0) {
                throw new IllegalArgumentException(
                        "maxInputCharsPerWord must be 0 or more, found " + maxInputCharsPerWord);
            }
        }

        @Override
        public String name() {
            return "WordPiece";
        }

        @Override
        public Decoding decoding() {
            return new Decoding.WordPiece(continuingSubwordPrefix, true);
        }
    }
}
