package io.tesserae.family.mpnet;

import io.tesserae.family.common.PositionsPastPadding;
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
        return PositionsPastPadding.of(batch, PADDING, "MPNet");
    }
}
