package io.tesserae.training.layer.picture;

import io.tesserae.kernel.Kernels;
import io.tesserae.layer.Resampling;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import java.util.Arrays;

/**
 * Learned positions of a grid of patches, and of the tokens before it: Dosovitskiy et al., arXiv 2010.11929, section
 * 3.1. For another grid than the one that was trained they are resized like a picture, which is linear in them: each
 * new position is a weighted sum of old ones, and what flows back to it goes to the old ones with the same weights.
 *
 * @param table {@code [1, tokens + gridHeight · gridWidth, hidden]}
 * @param tokens how many positions belong to no patch: they come first
 * @param resampling the weights
 */
@SuppressWarnings("exports") // how inference resizes positions
public record GridPositions(Parameter table, int tokens, int gridHeight, int gridWidth, Resampling resampling) {

    /** The grid of a picture's patches. */
    record Grid(int height, int width) {}

    /** Whether there are positions for other grids than the trained one: that one must be square. */
    public boolean canResize() {
        return gridHeight == gridWidth;
    }

    private int hidden() {
        return table.value().dimension(2);
    }

    /**
     * The positions of a grid's patches: as they are where the grid is the trained one, else resized.
     *
     * @return {@code [tokens + height · width, hidden]}; those of the tokens first
     */
    Tensor of(Tape tape, Grid grid) {
        int hidden = hidden();
        int patches = grid.height() * grid.width();
        if (isTrained(grid)) {
            return table.value().reshape(tokens + patches, hidden);
        }
        Tensor resized = tape.constantMemory(tokens + patches, hidden);
        System.arraycopy(table.data(), 0, resized.data(), 0, tokens * hidden);
        Resampling.Point[] rows = resampling.points(gridHeight, grid.height());
        Resampling.Point[] columns = resampling.points(gridWidth, grid.width());
        Kernels kernels = tape.machine().kernels();
        tape.overRows(patches, 16 * hidden, (from, to) -> {
            for (int patch = from; patch < to; patch++) {
                int at = (tokens + patch) * hidden;
                Arrays.fill(resized.data(), at, at + hidden, 0f);
                overNeighbours(
                        rows[patch / grid.width()],
                        columns[patch % grid.width()],
                        (old, weight) -> kernels.addScaled(weight, table.data(), old, resized.data(), at, hidden));
            }
        });
        return resized;
    }

    private boolean isTrained(Grid grid) {
        return grid.height() == gridHeight && grid.width() == gridWidth;
    }

    /** Does something with one of the old positions that a new one is made of. */
    @FunctionalInterface
    private interface Neighbour {
        void visit(int offset, float weight);
    }

    /** Those around a new position, in reading order. */
    private void overNeighbours(Resampling.Point row, Resampling.Point column, Neighbour neighbour) {
        for (int i = 0; i < row.weights().length; i++) {
            for (int j = 0; j < column.weights().length; j++) {
                int old = tokens + row.neighbours()[i] * gridWidth + column.neighbours()[j];
                neighbour.visit(old * hidden(), row.weights()[i] * column.weights()[j]);
            }
        }
    }

    /**
     * Adds what flows back to a picture's patches, in reading order, for the columns {@code from} to {@code to}.
     *
     * @param gradient {@code [rows, hidden]}
     * @param firstPatch the row of the picture's first patch
     * @param sum of {@link #table}'s shape
     */
    void addPatches(Tape tape, Grid grid, Tensor gradient, int firstPatch, int from, int to, float[] sum) {
        int hidden = hidden();
        int patches = grid.height() * grid.width();
        if (isTrained(grid)) {
            for (int patch = 0; patch < patches; patch++) {
                int row = (firstPatch + patch) * hidden + from;
                tape.kernels().add(gradient.data(), row, sum, (tokens + patch) * hidden + from, to - from);
            }
            return;
        }
        Resampling.Point[] rows = resampling.points(gridHeight, grid.height());
        Resampling.Point[] columns = resampling.points(gridWidth, grid.width());
        Kernels kernels = tape.machine().kernels();
        for (int patch = 0; patch < patches; patch++) {
            int row = (firstPatch + patch) * hidden + from;
            overNeighbours(
                    rows[patch / grid.width()],
                    columns[patch % grid.width()],
                    (old, weight) -> kernels.addScaled(weight, gradient.data(), row, sum, old + from, to - from));
        }
    }
}
