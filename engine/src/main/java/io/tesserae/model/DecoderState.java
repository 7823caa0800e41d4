package io.tesserae.model;

import io.tesserae.tensor.Tensor;

/**
 * What a decoder has read of several sequences. It is kept, so that one token more costs the work of one token. The logits are those of
 * one pass over each whole sequence by itself, to the last bit. Not thread-safe.
 */
public interface DecoderState extends AutoCloseable {

    /** How many sequences there are. */
    int sequences();

    /** How many tokens of a sequence have been read. */
    int length(int sequence);

    /** How many tokens the decoder knows: ids are below this. */
    int vocabularySize();

    /** The longest sequence there are positions for, in tokens. */
    int maxLength();

    /**
     * Reads further tokens of every sequence.
     *
     * @param tokens those of each sequence, one or more
     * @return the logits after the last token of each, {@code [sequences, vocabulary]}; good until the next call
     * @throws IllegalArgumentException if an id is outside the vocabulary, or a sequence becomes longer than {@link #maxLength}
     */
    Tensor advance(int[][] tokens);

    /**
     * From now on sequence i is what sequence {@code parents[i]} was: repeated, reordered, or dropped.
     *
     * @param parents one or more
     */
    void select(int[] parents);

    /** Lets go of what was kept. */
    @Override
    void close();
}
