package io.tesserae.family.common;

import io.tesserae.model.TokenBatch;

/**
 * Which rows of a table of positions tokens have where padding takes no place: fairseq's {@code make_positions}, transformers' {@code
 * create_position_ids_from_input_ids}.
 */
public final class PositionsPastPadding {

    private PositionsPastPadding() {}

    /**
     * Each token's row in the table of positions, {@code [tokens]}: they count from {@code padding + 1}, and tokens of padding, which all
     * have the row of the padding's id, do not count.
     *
     * @param padding the id of the padding token, 0 or more
     * @param model what it is called
     * @throws IllegalArgumentException if a masked token comes before others: whether it counts is not known any more
     */
    public static int[] of(TokenBatch batch, int padding, String model) {
        int[] positions = new int[batch.tokens()]; // [tokens]
        for (int s = 0; s < batch.sequences(); s++) {
            int start = batch.sequenceStarts()[s];
            int last = padding;
            for (int token = start; token < batch.sequenceStarts()[s + 1]; token++) {
                if (batch.positionIds()[token] != token - start) {
                    throw new IllegalArgumentException("sequence " + s + ": expected masked tokens behind all others,"
                            + " found one at position " + (token - start) + ": " + model
                            + "'s positions depend on the ids of masked tokens, which are not kept; pad on the right");
                }
                positions[token] = batch.inputIds()[token] == padding ? padding : ++last;
            }
        }
        return positions;
    }
}
