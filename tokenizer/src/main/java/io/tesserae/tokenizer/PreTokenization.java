package io.tesserae.tokenizer;

import io.tesserae.tokenizer.text.WordSplitter;
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

    /**
     * As GPT-2's texts are: into English contractions, runs of letters, of numbers, of other characters, each with the space before it,
     * and whitespace (Radford et al. 2019).
     */
    record Gpt2() implements PreTokenization {

        /** The regular expression that finds the same words. */
        public static final String PATTERN = WordSplitter.GPT2_PATTERN;
    }

    /**
     * As the texts of {@code cl100k_base} of tiktoken, of Llama 3 and of others are: into English contractions in small letters or capitals,
     * runs of letters with one character before them, a few digits of a number, runs of other characters with the newlines behind them, and
     * whitespace.
     *
     * @param mostDigits how many digits are a word, from 1: 3 for Llama 3, 1 for Qwen2
     */
    record Cl100k(int mostDigits) implements PreTokenization {
        public Cl100k {
            if (mostDigits < 1) {
                throw new IllegalArgumentException("mostDigits must be 1 or more, found " + mostDigits);
            }
        }

        /** The regular expression that finds the same words. */
        public String pattern() {
            return WordSplitter.cl100kPattern(mostDigits);
        }
    }

    /**
     * As CLIP's texts are: into English contractions, runs of letters, single numbers and runs of other characters; whitespace is between
     * (Radford et al. 2021).
     *
     * @param marks whether {@code <|startoftext|>} and {@code <|endoftext|>} are words, where they were not found as special tokens
     */
    record Clip(boolean marks) implements PreTokenization {

        /** The regular expression that finds the same words. */
        public String pattern() {
            return (marks ? WordSplitter.CLIP_MARKS : "") + WordSplitter.CLIP_PATTERN;
        }
    }

    /**
     * Into words in which a mark stands for each space (Kudo and Richardson 2018, section 3.1).
     *
     * @param replacement the mark, a code point
     * @param prependScheme where a mark is put before what does not begin with one
     * @param split whether each mark begins a word; otherwise all is one word
     */
    record Metaspace(int replacement, PrependScheme prependScheme, boolean split) implements PreTokenization {

        /** Where a mark is put before what does not begin with one. */
        public enum PrependScheme {
            /** Before the text, and before each stretch of it behind an added token. */
            ALWAYS,
            /** Before the text. */
            FIRST,
            /** Nowhere. */
            NEVER
        }

        public Metaspace {
            Arguments.require(prependScheme, "prependScheme");
            if (!Character.isValidCodePoint(replacement)
                    || replacement >= Character.MIN_SURROGATE && replacement <= Character.MAX_SURROGATE) {
                throw new IllegalArgumentException("the replacement must be a character, found " + replacement);
            }
        }
    }

    /**
     * Into words that are spelt in bytes: each byte of UTF-8 as one visible character, a space as {@code \u0120}.
     *
     * @param addPrefixSpace whether a text that does not begin with a space gets one; so does every stretch between added tokens
     * @param cutsWords whether the text is cut as {@link Gpt2} does it before; otherwise it is one word
     */
    record ByteLevel(boolean addPrefixSpace, boolean cutsWords) implements PreTokenization {}

    /** Each cuts what the one before has left; where there is none, the text is one word. */
    record Sequence(List<PreTokenization> steps) implements PreTokenization {
        public Sequence {
            steps = List.copyOf(Arguments.requireAll(steps, "steps"));
        }
    }
}
