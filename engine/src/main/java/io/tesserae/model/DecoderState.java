package io.tesserae.model;

import io.tesserae.tensor.Tensor;

/**
 * What a decoder has read of several sequences: it is kept, so that one token more costs the work of one token. Not
 * thread-safe.
 */
public interface DecoderState extends AutoCloseable {

    /** How many sequences there are. */
    int sequences();

    /** How many tokens of a sequence have been read so far. */
    int length(int sequence);

    /** How many tokens there are to choose from: the width of the logits. */
    int vocabularySize();

    /** How many positions there are: no sequence can be longer. */
    int maxLength();

    /**
     * Reads further tokens of every sequence.
     *
     * @param tokens {@code tokens[s]} those of sequence s, one or more
     * @return {@code [sequences, vocabulary]}, the logits after the last token of each; good until the next call
     */
    Tensor advance(int[][] tokens);

    /**
     * From now on sequence i is what {@code parents[i]} was: repeated, reordered, or dropped.
     *
     * @param parents {@code [sequences from now on]}, indices of the sequences that there are
     */
    void select(int[] parents);

    @Override
    void close();
}
