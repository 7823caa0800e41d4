package io.tesserae.family.idefics3;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Linear;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * From patches to what the text side reads: transformers' {@code Idefics3Connector}. A square of patches becomes one row, the patches
 * side by side, which a linear layer brings to the text side's width.
 *
 * @param scaleFactor patches along a side of the square
 * @param projection {@code [text hidden, scaleFactor² · vision hidden]}, without a bias
 */
record Idefics3Connector(int scaleFactor, Linear projection) {

    /**
     * Loads the layer.
     *
     * @param weights below {@code connector}
     */
    static Idefics3Connector load(Engine engine, Idefics3Config config, StateDict weights) {
        int factor = config.scaleFactor();
        int wide = factor * factor * config.visionConfig().hiddenSize();
        StateDict proj = weights.at("modality_projection.proj");
        Linear projection = Linear.load(engine, proj, config.textConfig().hiddenSize(), wide, false);
        return new Idefics3Connector(factor, projection);
    }

    /**
     * Makes the rows of tiles.
     *
     * @param patches {@code [patches of all, vision hidden]}, each tile's in the order of {@link TileGrid#place}
     * @param grids {@code [tiles]}, the patches of each
     * @param out {@code [rows, text hidden]}, receives those of the tiles
     * @param firstRow from this row on
     */
    void forward(Workspace workspace, Tensor patches, List<TileGrid> grids, Tensor out, int firstRow) {
        int squares = patches.dimension(0) / (scaleFactor * scaleFactor);
        int width = projection.outFeatures();
        try (Frame frame = workspace.frame()) {
            int wide = scaleFactor * scaleFactor * patches.dimension(1);
            Tensor shuffled = frame.tensor(squares, wide); // [rows, scaleFactor² · vision hidden]
            int firstPatch = 0;
            int firstSquare = 0;
            for (TileGrid grid : grids) {
                shuffle(workspace, patches, firstPatch, grid, shuffled, firstSquare);
                firstPatch += grid.patches();
                firstSquare += grid.patches() / (scaleFactor * scaleFactor);
            }
            projection.forward(workspace, shuffled, new MatrixView(out.data(), firstRow * width, width));
        }
    }

    /** Shi et al., arXiv 1609.05158, the other way round: {@code pixel_shuffle} of the reference. */
    private void shuffle(
            Workspace workspace, Tensor patches, int firstPatch, TileGrid grid, Tensor shuffled, int firstSquare) {
        int side = side(grid);
        int squares = side / scaleFactor; // along a side
        int hidden = patches.dimension(1);
        workspace.machine().workers().run(squares, (squareRow, thread) -> {
            int to = (firstSquare + squareRow * squares) * shuffled.dimension(1);
            for (int square = 0; square < squares * scaleFactor * scaleFactor; square++) {
                int within = square % (scaleFactor * scaleFactor);
                int y = squareRow * scaleFactor + within / scaleFactor;
                int x = square / (scaleFactor * scaleFactor) * scaleFactor + within % scaleFactor;
                int patch = y * side + x; // in reading order, of a tile that is taken for a square one
                int place = grid.place(patch / grid.columns(), patch % grid.columns());
                int from = (firstPatch + place) * hidden;
                System.arraycopy(patches.data(), from, shuffled.data(), to, hidden);
                to += hidden;
            }
        });
    }

    /** Whether a tile has as many patches as a square that can be cut into smaller ones; it need not be one. */
    boolean takes(TileGrid grid) {
        int side = side(grid);
        return side * side == grid.patches() && side % scaleFactor == 0;
    }

    /** The reference takes every tile for a square one, whatever its height is. */
    private static int side(TileGrid grid) {
        return (int) Math.sqrt(grid.patches());
    }
}
