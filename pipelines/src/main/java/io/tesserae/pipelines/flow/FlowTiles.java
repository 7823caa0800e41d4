package io.tesserae.pipelines.flow;

import io.tesserae.loaders.processor.ImageSize;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts pictures into tiles of the one size that a model takes, which overlap: every so many pixels one, from the upper left
 * corner on, and the last of a row or column flush with the edge.
 *
 * @param height of a tile
 * @param width of a tile
 * @param overlap pixels that neighbours have in common, at least
 * @see <a href="https://github.com/google-deepmind/deepmind-research/blob/master/perceiver/colabs/optical_flow.ipynb">
 *     compute_grid_indices of DeepMind's example</a>
 */
record FlowTiles(int height, int width, int overlap) {

    /** The overlap of DeepMind's example, whose tiles are 496 x 368. */
    private static final int USUAL_OVERLAP = 20;

    /** Tiles of this size with the usual overlap; very small ones, of which it would be most, by half of their shorter side. */
    static FlowTiles of(int height, int width) {
        return new FlowTiles(height, width, Math.min(USUAL_OVERLAP, Math.min(height, width) / 2));
    }

    FlowTiles {
        if (overlap < 0 || overlap >= height || overlap >= width) {
            throw new IllegalArgumentException("tiles of " + width + " x " + height
                    + " pixels overlap by 0 pixels or more, and less than a side, found " + overlap);
        }
    }

    /** A part of a picture. */
    record Tile(int top, int left, int height, int width) {

        /**
         * How much a pixel of the tile counts where several tiles have one: its distance from the nearest edge. At the edge,
         * where the model does not see what is beyond, that is 1.
         */
        int weight(int y, int x) {
            return Math.min(Math.min(y + 1, height - y), Math.min(x + 1, width - x));
        }
    }

    /**
     * The tiles that cover a picture, row by row; some may be there twice, see {@link #starts}.
     *
     * @throws IllegalArgumentException if the picture is smaller than a tile
     */
    List<Tile> over(ImageSize picture) {
        if (picture.height() < height || picture.width() < width) {
            throw new IllegalArgumentException("pictures of " + picture + " pixels are smaller than the " + width
                    + " x " + height + " that the model takes; scale them up first, or fill them up at their edges");
        }
        List<Tile> tiles = new ArrayList<>();
        for (int top : starts(picture.height(), height)) {
            for (int left : starts(picture.width(), width)) {
                tiles.add(new Tile(top, left, height, width));
            }
        }
        return tiles;
    }

    /**
     * Where tiles start along an axis. DeepMind's example moves the last one back to the edge also where the one before it is
     * there already: such a tile is there twice, and its flow counts twice. If the one before would even reach over the edge,
     * the example fails: here that one too is moved back, and is there once.
     */
    private List<Integer> starts(int length, int tile) {
        List<Integer> starts = new ArrayList<>();
        int last = length - tile;
        int step = tile - overlap;
        for (int at = 0; at < last; at += step) {
            starts.add(at);
        }
        starts.add(last);
        if (last % step == 0 && overlap > 0) {
            starts.add(last);
        }
        return starts;
    }
}
