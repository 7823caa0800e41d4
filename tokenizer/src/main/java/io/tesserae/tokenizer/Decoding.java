package io.tesserae.tokenizer;

import java.util.List;
import java.util.Set;

/**
 * How tokens become a text again: a decoder of {@code tokenizer.json}. Each turns a list of tokens into another; what is left at
 * the end is put together without anything between.
 */
public sealed interface Decoding {

    /** No decoder at all: every token as it is, a space between each two. */
    record None() implements Decoding {}

    /**
     * Words with a space between, the pieces of a word without.
     *
     * @param prefix marks a piece inside a word
     * @param cleanUp whether the spaces before punctuation marks are taken out
     */
    record WordPiece(String prefix, boolean cleanUp) implements Decoding {
        public WordPiece {
            Arguments.require(prefix, "prefix");
        }
    }

    /** All tokens made one, which matters to the steps that follow. */
    record Fuse() implements Decoding {}

    /**
     * A character taken off each token's ends.
     *
     * @param content the character, a code point
     * @param start how often at most at the beginning
     * @param stop how often at most at the end
     */
    record Strip(int content, int start, int stop) implements Decoding {}

    /**
     * One text in place of another, wherever a token holds it.
     *
     * @param pattern the text to find, as it is; not empty
     * @param content what stands there instead
     */
    record Replace(String pattern, String content) implements Decoding {
        public Replace {
            Arguments.require(content, "content");
            requireNotEmpty(pattern, "pattern");
        }
    }

    /** Tokens like {@code <0xC3>}, each a byte, made characters of UTF-8; U+FFFD for each where they are none. */
    record ByteFallback() implements Decoding {}

    /**
     * A space in place of a mark.
     *
     * @param replacement the mark, a code point
     * @param dropsFirst whether the first token's marks go without a space
     */
    record Metaspace(int replacement, boolean dropsFirst) implements Decoding {}

    /**
     * As SigLIP's tokenizer does it, in Python: what is between special tokens is decoded by SentencePiece's library, which puts a space in
     * place of a mark, but at the beginning nothing; a space stands before the first special token of a row; and none at the ends of all.
     *
     * @param special tokens that stay as they are
     * @param silent tokens of which nothing is left
     */
    record SentencePiece(Set<String> special, Set<String> silent) implements Decoding {
        public SentencePiece {
            special = Set.copyOf(Arguments.require(special, "special"));
            silent = Set.copyOf(Arguments.require(silent, "silent"));
        }
    }

    /**
     * A space in place of what marks a word's end; at the last token nothing.
     *
     * @param suffix the mark; not empty
     */
    record Bpe(String suffix) implements Decoding {
        public Bpe {
            requireNotEmpty(suffix, "suffix");
        }
    }

    /**
     * Characters that stand for bytes, each a byte again, and all bytes together a text in UTF-8; U+FFFD where they are none. A token with
     * any other character is text already.
     */
    record ByteLevel() implements Decoding {}

    /**
     * Each token of one character up to U+00FF is that byte, any other token is the bytes of its text; all bytes together are a text in
     * UTF-8, with U+FFFD where they are none.
     */
    record Bytes() implements Decoding {}

    /** Spaces that tokenizing English puts before punctuation marks are taken out, as in {@code can ' t}. */
    record CleanUp() implements Decoding {}

    /** One after the other. */
    record Sequence(List<Decoding> steps) implements Decoding {
        public Sequence {
            steps = List.copyOf(Arguments.requireAll(steps, "steps"));
        }
    }

    private static void requireNotEmpty(String value, String name) {
        if (Arguments.require(value, name).isEmpty()) {
            throw new IllegalArgumentException("the " + name + " of a decoder is empty");
        }
    }
}
