package io.tesserae.layer;

import io.tesserae.kernel.AttentionOperands;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.RotaryTable;
import io.tesserae.kernel.Workspace;

/**
 * How the queries and keys of a pass are turned, each by its own position: what {@link RotaryEmbedding} makes of the positions of the
 * pass's tokens. It is good as long as the frame that it was made in.
 *
 * @param table for each token of the pass, its sines
 */
public record Rotation(RotaryTable table) {

    /** Nothing is turned: positions are in the hidden states already, or nowhere. */
    public static final Rotation NONE = new Rotation(new RotaryTable(new float[0], new float[0], 0, false));

    /** Whether nothing is turned. */
    boolean isNone() {
        return table.channels() == 0;
    }

    /**
     * Turns queries and keys, in place.
     *
     * @param operands queries of some tokens of the pass, and keys of all
     * @param asking which tokens have queries
     * @param starts where each sequence's tokens of the pass begin, and where the last's end
     */
    public void turn(Workspace workspace, AttentionOperands operands, Rows asking, int[] starts) {
        if (isNone() || starts[starts.length - 1] == 0) {
            return; // a batch may be masked whole
        }
        AttentionShape shape = operands.shape();
        int[] all = Rows.ALL.in(starts).rows();
        forward(
                workspace,
                operands.queries(),
                shape.heads(),
                asking.equals(Rows.ALL) ? all : asking.in(starts).rows());
        forward(workspace, operands.keys(), shape.keyHeads(), all);
    }

    /**
     * Turns the rows of some heads, in place.
     *
     * @param x {@code [rows, heads · headSize]}, of which each head is a block of columns
     * @param heads how many heads there are, from the first block on
     * @param tokens {@code [rows]}, which token of the pass each row belongs to
     * @throws IllegalArgumentException if heads are smaller than what is turned, or there is no such token
     */
    public void forward(Workspace workspace, MatrixView x, int heads, int[] tokens) {
        if (x.blockColumns() < table.channels() || (heads > 1 && x.blockStride() == 0)) {
            throw new IllegalArgumentException(
                    "rotary embedding of " + table.channels() + " channels: found heads of " + x.blockColumns());
        }
        for (int token : tokens) {
            if (token < 0 || token >= table.positions()) {
                throw new IllegalArgumentException(
                        "rotary embedding: found token " + token + " of a pass of " + table.positions());
            }
        }
        ParallelKernels.rotate(workspace, table, x, heads, tokens);
    }
}
