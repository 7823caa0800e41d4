package io.tesserae.tokenizer;

/** What to shorten where an input is too long. */
public enum TruncationStrategy {
    /** Nothing: the encoding is as long as the text makes it. */
    DO_NOT_TRUNCATE,
    /** The longer of the two sequences, until both are equally long; then both. */
    LONGEST_FIRST,
    /** The first sequence, or fail if that is not enough. */
    ONLY_FIRST,
    /** The second sequence, or fail if that is not enough or there is none. */
    ONLY_SECOND
}
