package io.tesserae.pipelines.flow;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.pipelines.flow.FlowTiles.Tile;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The flow of pictures that are larger than what the model takes: it is computed tile by tile, and where tiles overlap, the mean
 * of theirs is taken, in which the middle of a tile counts more than its edges. Besides the result there is one tile in memory,
 * or one row of them where it is needed twice.
 *
 * @see <a href="https://github.com/google-deepmind/deepmind-research/blob/master/perceiver/colabs/optical_flow.ipynb">
 *     compute_optical_flow of DeepMind's example</a>
 */
final class TiledFlow {

    /** Horizontal and vertical. */
    private static final int AXES = OpticalFlow.AXES;

    /** Pixels for each 1 that the model says: FLOW_SCALE_FACTOR of DeepMind's example. */
    private static final float PIXELS = 20;

    private final FlowModel model;
    private final FlowTiles tiles;

    TiledFlow(FlowModel model, FlowTiles tiles) {
        this.model = model;
        this.tiles = tiles;
    }

    /**
     * Where the pixels of one picture are in another.
     *
     * @param progress is told of every tile that the model has done
     * @throws IllegalArgumentException if the pictures differ in size, or are smaller than a tile, or larger than an array
     */
    OpticalFlow between(RgbImage first, RgbImage second, FlowProgress progress) {
        Arguments.require(first, "first");
        Arguments.require(second, "second");
        ImageSize size = new ImageSize(first.width(), first.height());
        ImageSize other = new ImageSize(second.width(), second.height());
        if (!size.equals(other)) {
            throw new IllegalArgumentException("optical flow is between two pictures of one size, found " + size
                    + " and " + other + " pixels; scale or crop one of them first");
        }
        List<Tile> cut = tiles.over(size);
        Tensor flow = Tensor.zeros(size.height(), size.width(), AXES); // sums first, then means
        Map<Tile, Tensor> neededAgain = new HashMap<>();
        int different = Set.copyOf(cut).size();
        int done = 0;
        for (int i = 0; i < cut.size(); i++) {
            Tile tile = cut.get(i);
            Tensor raw = neededAgain.remove(tile); // [tile height, tile width, 2]
            if (raw == null) {
                raw = forward(first, second, tile);
                progress.reached(++done, different);
            }
            add(raw, tile, flow);
            if (cut.subList(i + 1, cut.size()).contains(tile)) {
                neededAgain.put(tile, raw);
            }
        }
        divide(flow, cut);
        return new OpticalFlow(flow);
    }

    private Tensor forward(RgbImage first, RgbImage second, Tile tile) {
        Tensor raw = model.forward(FlowPatches.of(List.of(first, second), tile));
        int[] expected = {tile.height(), tile.width(), AXES};
        if (!Arrays.equals(raw.shape(), expected)) {
            throw new IllegalStateException(
                    "the model's flow of a tile: expected " + Arrays.toString(expected) + ", found " + raw);
        }
        return raw;
    }

    /** In float32 and in the example's order, so that the sums have its bits. */
    private static void add(Tensor raw, Tile tile, Tensor sums) {
        int pictureWidth = sums.dimension(1);
        float[] sum = sums.data();
        int from = 0;
        for (int y = 0; y < tile.height(); y++) {
            int to = ((tile.top() + y) * pictureWidth + tile.left()) * AXES;
            for (int x = 0; x < tile.width(); x++) {
                int weight = tile.weight(y, x);
                for (int axis = 0; axis < AXES; axis++, from++, to++) {
                    sum[to] += raw.data()[from] * PIXELS * weight;
                }
            }
        }
    }

    /** The weights of a row at a time are summed up, since all of them would take half as much memory as the flow. */
    private static void divide(Tensor sums, List<Tile> tiles) {
        int width = sums.dimension(1);
        int[] weights = new int[width];
        for (int y = 0; y < sums.dimension(0); y++) {
            Arrays.fill(weights, 0);
            for (Tile tile : tiles) {
                if (y >= tile.top() && y < tile.top() + tile.height()) {
                    for (int x = 0; x < tile.width(); x++) {
                        weights[tile.left() + x] += tile.weight(y - tile.top(), x);
                    }
                }
            }
            for (int x = 0, at = y * width * AXES; x < width; x++) {
                for (int axis = 0; axis < AXES; axis++, at++) {
                    sums.data()[at] /= weights[x];
                }
            }
        }
    }
}
