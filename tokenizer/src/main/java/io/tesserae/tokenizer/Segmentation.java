package io.tesserae.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

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

    /**
     * Two pieces that become one.
     *
     * @param left the first; not empty
     * @param right the second; not empty
     */
    record Merge(String left, String right) {
        public Merge {
            if (Arguments.require(left, "left").isEmpty()
                    || Arguments.require(right, "right").isEmpty()) {
                throw new IllegalArgumentException(
                        "a merge needs two pieces, found \"" + left + "\" and \"" + right + "\"");
            }
        }
    }

    /**
     * From single characters, pairs of neighbours made one as long as there are any in the list (Sennrich et al. 2016, section 3.2).
     *
     * @param merges the pairs, those that go first in front; they and what they become are in the vocabulary. Of a pair that is there
     *     twice the later place counts
     * @param unknownToken the token of the vocabulary that stands for a character that the vocabulary lacks; null means that such a
     *     character is left out
     * @param fuseUnknown whether such characters in a row are one token
     * @param byteFallback whether a character that the vocabulary lacks is spelt in its bytes, {@code <0x00>} to {@code <0xFF>}, if the
     *     vocabulary has all of them; otherwise it is unknown
     * @param ignoreMerges whether a word that is in the vocabulary is one token, whatever its characters would be merged to
     * @param endOfWordSuffix what marks a word's last character in the vocabulary, and the pieces that end with it: {@code </w>}; empty
     *     where nothing does
     */
    record BytePair(
            List<Merge> merges,
            String unknownToken,
            boolean fuseUnknown,
            boolean byteFallback,
            boolean ignoreMerges,
            String endOfWordSuffix)
            implements Segmentation {

        /** LLaMA's: a mark for a space, bytes, and no space at the beginning. */
        private static final Decoding OF_BYTE_FALLBACK = new Decoding.Sequence(List.of(
                new Decoding.Replace("\u2581", " "),
                new Decoding.ByteFallback(),
                new Decoding.Fuse(),
                new Decoding.Strip(' ', 1, 0)));

        public BytePair {
            merges = List.copyOf(Arguments.requireAll(merges, "merges"));
            Arguments.require(endOfWordSuffix, "endOfWordSuffix");
        }

        /** In which nothing marks the end of a word. */
        public BytePair(
                List<Merge> merges,
                String unknownToken,
                boolean fuseUnknown,
                boolean byteFallback,
                boolean ignoreMerges) {
            this(merges, unknownToken, fuseUnknown, byteFallback, ignoreMerges, "");
        }

        /** With nothing but merges, as GPT-2 and RoBERTa have it: all bytes are in their vocabularies. */
        public static BytePair of(List<Merge> merges) {
            return new BytePair(merges, null, false, false, false);
        }

        /** As {@code tokenizer.json} has it. */
        @Override
        public String name() {
            return "BPE";
        }

        @Override
        public String continuingSubwordPrefix() {
            return "";
        }

        @Override
        public Decoding decoding() {
            return byteFallback ? OF_BYTE_FALLBACK : new Decoding.ByteLevel();
        }

        /** Without the list, which is long. */
        @Override
        public String toString() {
            return "BytePair[" + merges.size() + " merges, unknownToken=" + unknownToken + ", fuseUnknown="
                    + fuseUnknown + ", byteFallback=" + byteFallback + ", ignoreMerges=" + ignoreMerges
                    + ", endOfWordSuffix=" + endOfWordSuffix + "]";
        }
    }

    /**
     * Into those pieces of which the scores make the largest sum (Kudo 2018, section 3.1). Characters that are no pieces are unknown, those
     * in a row together.
     *
     * @param scores by id, one for each token of the vocabulary, of which every id from 0 on is taken; finite
     * @param unknownToken the token of the vocabulary that stands for unknown characters; null means that a text with such is refused
     * @param byteFallback whether unknown characters are spelt in their bytes, {@code <0x00>} to {@code <0xFF>}, if the vocabulary has all
     *     of them
     */
    record Unigram(double[] scores, String unknownToken, boolean byteFallback) implements Segmentation {

        public Unigram {
            scores = Arguments.require(scores, "scores").clone();
            for (int id = 0; id < scores.length; id++) {
                if (!Double.isFinite(scores[id])) {
                    throw new IllegalArgumentException(
                            "the score of the id " + id + " must be a finite number, found " + scores[id]);
                }
            }
        }

        /** By id; a copy. */
        @Override
        public double[] scores() {
            return scores.clone();
        }

        @Override
        public String name() {
            return "Unigram";
        }

        @Override
        public String continuingSubwordPrefix() {
            return "";
        }

        @Override
        public Decoding decoding() {
            return new Decoding.Metaspace(0x2581, true);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Unigram unigram
                    && Arrays.equals(scores, unigram.scores)
                    && Objects.equals(unknownToken, unigram.unknownToken)
                    && byteFallback == unigram.byteFallback;
        }

        @Override
        public int hashCode() {
            return Objects.hash(Arrays.hashCode(scores), unknownToken, byteFallback);
        }

        /** Without the scores, which are many. */
        @Override
        public String toString() {
            return "Unigram[" + scores.length + " scores, unknownToken=" + unknownToken + ", byteFallback="
                    + byteFallback + "]";
        }
    }

    /**
     * As {@link Unigram}, but as SentencePiece's own library does it, whose sums are of floats, and with the text before each stretch that
     * {@link Normalization.Siglip} puts there: it is cut too, and as many pieces are dropped as it has by itself.
     *
     * @param scores by id, one for each token of the vocabulary, of which every id from 0 on is taken; finite, or NaN for one that is not
     *     found in texts
     * @param unknownToken the token of the vocabulary that stands for unknown characters
     */
    record SentencePiece(double[] scores, String unknownToken) implements Segmentation {

        public SentencePiece {
            scores = Arguments.require(scores, "scores").clone();
            Arguments.require(unknownToken, "unknownToken");
            for (int id = 0; id < scores.length; id++) {
                if (Double.isInfinite(scores[id])) {
                    throw new IllegalArgumentException(
                            "the score of the id " + id + " must be a finite number or NaN, found " + scores[id]);
                }
            }
        }

        /** By id; a copy. */
        @Override
        public double[] scores() {
            return scores.clone();
        }

        /** No {@code tokenizer.json} has it. */
        @Override
        public String name() {
            return "SentencePiece";
        }

        @Override
        public String continuingSubwordPrefix() {
            return "";
        }

        @Override
        public Decoding decoding() {
            return new Decoding.Metaspace(0x2581, true);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof SentencePiece same
                    && Arrays.equals(scores, same.scores)
                    && unknownToken.equals(same.unknownToken);
        }

        @Override
        public int hashCode() {
            return Objects.hash(Arrays.hashCode(scores), unknownToken);
        }

        /** Without the scores, which are many. */
        @Override
        public String toString() {
            return "SentencePiece[" + scores.length + " scores, unknownToken=" + unknownToken + "]";
        }
    }

    /**
     * Into the bytes of UTF-8, one token each, as Perceiver reads texts (Jaegle et al. 2021, section 4.1). The vocabulary has for the
     * byte b the token of the one character U+00b: {@code \u0000} to {@code \u00FF}. No added token may look like a byte from 128 on.
     */
    record Bytes() implements Segmentation {

        /** No {@code tokenizer.json} has it. */
        @Override
        public String name() {
            return "Bytes";
        }

        @Override
        public String continuingSubwordPrefix() {
            return "";
        }

        @Override
        public Decoding decoding() {
            return new Decoding.Bytes();
        }
    }
}
