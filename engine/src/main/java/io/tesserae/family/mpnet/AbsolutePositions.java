package io.tesserae.family.mpnet;

import io.tesserae.model.TokenBatch;

/** Which rows of MPNet's table of positions the tokens of a batch have. */
public final class AbsolutePositions {

    /**
     * The id of the padding token, whatever config.json calls it: of it there may be many, and none of them takes a place. They all have
     * the row of this number.
     */
    public static final int PADDING = 1;

    private AbsolutePositions() {}

    /**
     * Each token's row in the table of positions, {@code [tokens]}: they count from 2, and tokens of padding, which all have row 1, do not
     * count.
     *
     * @throws IllegalArgumentException if a masked token comes before others: whether it counts is not known any more
     */
    public static int[] of(TokenBatch batch) {
        int[] positions = new int[batch.tokens()]; // [tokens]
        for (int s = 0; s < batch.sequences(); s++) {
            int start = batch.sequenceStarts()[s];
            int last = PADDING;
            for (int token = start; token < batch.sequenceStarts()[s + 1]; token++) {
                if (batch.positionIds()[token] != token - start) {
                    throw new IllegalArgumentException("sequence " + s + ": expected masked tokens behind all others,"
                            + " found one at position " + (token - start)
                            + ": MPNet's positions depend on the ids of masked tokens, which are not kept; pad on the"
                            + " right");
                }
                positions[token] = batch.inputIds()[token] == PADDING ? PADDING : ++last;
            }
        }
        return positions;
    }
}
