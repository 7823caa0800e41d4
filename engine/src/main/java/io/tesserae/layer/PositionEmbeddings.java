package io.tesserae.layer;

import io.tesserae.kernel.Kernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/**
 * Learned positions of a grid of patches, and of the tokens before it: Dosovitskiy et al., arXiv 2010.11929, section 3.1.
 *
 * <p>For a grid of another size than the one that was trained, the patches' positions are resized like a picture (same
 * paper, section 3.2), by bicubic interpolation: Keys' cubic with {@code A = -0.75}, without antialiasing, and with the
 * grids' corners, not their corner points, laid upon each other. That is {@code torch.nn.functional.interpolate} as
 * transformers calls it, and its float32 steps are followed as far as the four weights of an axis.
 */
public final class PositionEmbeddings {

    private static final float A = -0.75f;

    /** Neighbours along an axis that a resized position is made of. */
    private static final int TAPS = 4;

    private final Tensor table; // [prefixTokens + gridHeight · gridWidth, hidden]
    private final int prefixTokens;
    private final int gridHeight;
    private final int gridWidth;

    private PositionEmbeddings(Tensor table, int prefixTokens, int gridHeight, int gridWidth) {
        this.table = table;
        this.prefixTokens = prefixTokens;
        this.gridHeight = gridHeight;
        this.gridWidth = gridWidth;
    }

    /**
     * Loads a table {@code [1, prefixTokens + gridHeight · gridWidth, hidden]}.
     *
     * @param prefixTokens positions that come first and belong to no patch: that of the class token, say
     */
    public static PositionEmbeddings load(
            StateDict weights, String name, int prefixTokens, int gridHeight, int gridWidth, int hidden) {
        int positions = prefixTokens + gridHeight * gridWidth;
        Tensor table = weights.read(name, 1, positions, hidden).reshape(positions, hidden);
        return new PositionEmbeddings(table, prefixTokens, gridHeight, gridWidth);
    }

    /** Whether there are positions for another grid than the trained one: that one must be square, or nobody has said how. */
    public boolean canInterpolate() {
        return gridHeight == gridWidth;
    }

    /**
     * The positions for a grid: the table itself where the grid is the trained one, else interpolated in the workspace.
     *
     * @return {@code [prefixTokens + height · width, hidden]}, to be read only
     */
    public Tensor forGrid(Workspace workspace, int height, int width) {
        if (height == gridHeight && width == gridWidth) {
            return table;
        }
        int hidden = table.dimension(1);
        Tensor resized = workspace.tensor(Workspace.Use.POSITIONS, prefixTokens + height * width, hidden);
        System.arraycopy(table.data(), 0, resized.data(), 0, prefixTokens * hidden);
        Axis vertical = new Axis(gridHeight, height);
        Axis horizontal = new Axis(gridWidth, width);
        workspace.engine().workers().run(height, (y, thread) -> {
            for (int x = 0; x < width; x++) {
                int at = (prefixTokens + y * width + x) * hidden;
                interpolate(workspace.engine().kernels(), vertical, y, horizontal, x, resized, at);
            }
        });
        return resized;
    }

    /** One position: sixteen of the table's, each times its weight, added up from zero in reading order. */
    private void interpolate(Kernels kernels, Axis vertical, int y, Axis horizontal, int x, Tensor resized, int at) {
        int hidden = table.dimension(1);
        Arrays.fill(resized.data(), at, at + hidden, 0f);
        for (int i = 0; i < TAPS; i++) {
            for (int j = 0; j < TAPS; j++) {
                float weight = vertical.weight(y, i) * horizontal.weight(x, j);
                int from = prefixTokens + vertical.neighbour(y, i) * gridWidth + horizontal.neighbour(x, j);
                kernels.addScaled(weight, table.data(), from * hidden, resized.data(), at, hidden);
            }
        }
    }

    /** Along one axis, from which points the points of a resized grid are made. */
    private record Axis(int from, int to) {

        /** Where a point lies between the old ones. Points are centres: half a step inside the edge. */
        private float source(int point) {
            return (float) from / to * (point + 0.5f) - 0.5f;
        }

        /** One of the four points around it; beyond the edge, the edge's. */
        int neighbour(int point, int tap) {
            return Math.clamp((int) Math.floor(source(point)) - 1 + tap, 0, from - 1);
        }

        /** That point's weight: Keys' cubic of its distance. */
        float weight(int point, int tap) {
            float source = source(point);
            float beyond = source - (float) Math.floor(source);
            return switch (tap) {
                case 0 -> outer(beyond + 1f);
                case 1 -> inner(beyond);
                case 2 -> inner(1f - beyond);
                default -> outer(2f - beyond);
            };
        }

        /** For distances to 1. */
        private static float inner(float distance) {
            return ((A + 2f) * distance - (A + 3f)) * distance * distance + 1f;
        }

        /** For distances from 1 to 2. */
        private static float outer(float distance) {
            return ((A * distance - 5f * A) * distance + 8f * A) * distance - 4f * A;
        }
    }
}
