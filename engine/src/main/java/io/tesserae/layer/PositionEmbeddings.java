package io.tesserae.layer;

import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.Machine;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/**
 * Learned positions of a grid of patches, and of the tokens before it: Dosovitskiy et al., arXiv 2010.11929, section 3.1.
 *
 * <p>For a grid of another size than the one that was trained, the patches' positions are resized like a picture (same
 * paper, section 3.2), by bicubic interpolation, as {@code torch.nn.functional.interpolate} does it when transformers calls
 * it: see {@link Resampling}.
 */
public final class PositionEmbeddings {

    private final Tensor prefix; // [prefixTokens, hidden]
    private final Tensor grid; // [gridHeight · gridWidth, hidden]
    private final int gridHeight;
    private final int gridWidth;
    private final Resampling resampling;

    private PositionEmbeddings(Tensor prefix, Tensor grid, int gridHeight, int gridWidth, Resampling resampling) {
        this.prefix = prefix;
        this.grid = grid;
        this.gridHeight = gridHeight;
        this.gridWidth = gridWidth;
        this.resampling = resampling;
    }

    /**
     * Loads a table {@code [1, prefixTokens + gridHeight · gridWidth, hidden]}.
     *
     * @param prefixTokens positions that come first and belong to no patch: that of the class token, say
     */
    public static PositionEmbeddings load(
            StateDict weights,
            String name,
            int prefixTokens,
            int gridHeight,
            int gridWidth,
            int hidden,
            Resampling resampling) {
        Tensor table = weights.read(name, 1, prefixTokens + gridHeight * gridWidth, hidden);
        return split(table, prefixTokens, gridHeight, gridWidth, hidden, resampling);
    }

    /** Loads the same from a {@code torch.nn.Embedding}: {@code weight [prefixTokens + gridHeight · gridWidth, hidden]}. */
    public static PositionEmbeddings loadTable(
            StateDict weights, int prefixTokens, int gridHeight, int gridWidth, int hidden, Resampling resampling) {
        Tensor table = weights.read("weight", prefixTokens + gridHeight * gridWidth, hidden);
        return split(table, prefixTokens, gridHeight, gridWidth, hidden, resampling);
    }

    private static PositionEmbeddings split(
            Tensor both, int prefixTokens, int gridHeight, int gridWidth, int hidden, Resampling resampling) {
        int patches = gridHeight * gridWidth;
        float[] table = both.data();
        int split = prefixTokens * hidden;
        return new PositionEmbeddings(
                Tensor.of(Arrays.copyOf(table, split), prefixTokens, hidden),
                Tensor.of(Arrays.copyOfRange(table, split, split + patches * hidden), patches, hidden),
                gridHeight,
                gridWidth,
                resampling);
    }

    /** Loads a table {@code [height · width, hidden]} of a grid that nothing comes before. */
    public static PositionEmbeddings load(
            StateDict weights, String name, int gridHeight, int gridWidth, int hidden, Resampling resampling) {
        Tensor grid = weights.read(name, Math.multiplyExact(gridHeight, gridWidth), hidden);
        return new PositionEmbeddings(Tensor.zeros(0, hidden), grid, gridHeight, gridWidth, resampling);
    }

    /** The positions that belong to no patch, {@code [prefixTokens, hidden]}. */
    public Tensor prefix() {
        return prefix;
    }

    /** Whether there are positions for another grid than the trained one: that one must be square, or nobody has said how. */
    public boolean canInterpolate() {
        return gridHeight == gridWidth;
    }

    /**
     * The positions of a grid's patches: as they were trained where the grid is that one, else interpolated in the frame's memory.
     *
     * @return {@code [height · width, hidden]}, to be read only
     */
    public Tensor forGrid(Frame frame, int height, int width) {
        if (height == gridHeight && width == gridWidth) {
            return grid;
        }
        Tensor resized = frame.tensor(height * width, grid.dimension(1));
        Resampling.Point[] rows = resampling.points(gridHeight, height);
        Resampling.Point[] columns = resampling.points(gridWidth, width);
        Machine machine = frame.workspace().machine();
        machine.workers().run(height, (y, thread) -> {
            for (int x = 0; x < width; x++) {
                interpolate(machine.kernels(), rows[y], columns[x], resized, y * width + x);
            }
        });
        return resized;
    }

    /** One position: those around it, each times its weight, added up from zero in reading order. */
    private void interpolate(
            Kernels kernels, Resampling.Point row, Resampling.Point column, Tensor resized, int position) {
        int hidden = grid.dimension(1);
        int to = position * hidden;
        Arrays.fill(resized.data(), to, to + hidden, 0f);
        for (int i = 0; i < row.weights().length; i++) {
            for (int j = 0; j < column.weights().length; j++) {
                int from = row.neighbours()[i] * gridWidth + column.neighbours()[j];
                float weight = row.weights()[i] * column.weights()[j];
                kernels.addScaled(weight, grid.data(), from * hidden, resized.data(), to, hidden);
            }
        }
    }
}
