package io.tesserae.layer.decoder;

import io.tesserae.tensor.Tensor;

/**
 * Rows that a decoder reads in the place of tokens' embeddings: what an encoder made of a picture, where the text has marks for it. Known
 * by the place in the sequence, so that a mark that is written later is a token like others.
 *
 * @param rows {@code [rows, hidden]}
 * @param rowAt {@code [texts][tokens]}: which row is read at each token, or {@link #WORD}; tokens behind are words
 * @param textOf {@code [sequences]}: which of the texts each sequence began with
 */
public record InsertedRows(Tensor rows, int[][] rowAt, int[] textOf) {

    /** The token is read as it is. */
    public static final int WORD = -1;

    /** Nothing but words. */
    public static final InsertedRows NONE = new InsertedRows(Tensor.zeros(0, 1), new int[0][], new int[0]);

    /** Those of other sequences: each began as the sequence {@code parents[i]} did. */
    InsertedRows select(int[] parents) {
        return rowAt.length == 0 ? this : new InsertedRows(rows, rowAt, Parents.select(textOf, parents));
    }

    /**
     * Puts them in the place of embeddings.
     *
     * @param x {@code [tokens, hidden]}, the embeddings of a pass
     * @param sequenceStarts where each sequence's tokens begin, and where the last's end
     * @param firstPlaces {@code [sequences]}: how many tokens of each sequence were read before
     */
    void putInto(Tensor x, int[] sequenceStarts, int[] firstPlaces) {
        if (rowAt.length == 0) {
            return;
        }
        int hidden = x.dimension(1);
        for (int sequence = 0; sequence < textOf.length; sequence++) {
            int[] known = rowAt[textOf[sequence]];
            for (int token = sequenceStarts[sequence]; token < sequenceStarts[sequence + 1]; token++) {
                int place = firstPlaces[sequence] + token - sequenceStarts[sequence];
                if (place < known.length && known[place] != WORD) {
                    System.arraycopy(rows.data(), known[place] * hidden, x.data(), token * hidden, hidden);
                }
            }
        }
    }
}
