package io.tesserae.pipelines.flow;

import static io.tesserae.loaders.image.RgbImage.CHANNELS;

import io.tesserae.loaders.image.RgbImage;
import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What Perceiver's model of optical flow is fed: for each pixel of two pictures the values of the 3 x 3 pixels around it, from
 * -1 to 1. Beyond the edge of a tile there are zeros, also where the picture goes on.
 *
 * @see <a href="https://github.com/google-deepmind/deepmind-research/blob/master/perceiver/io_processors.py">patches_for_flow of
 *     DeepMind's</a>
 */
final class FlowPatches {

    /** Pixels along a side of a patch. */
    private static final int SIDE = 3;

    /** Values of a patch, in this order: its rows, in a row its pixels, in a pixel red, green and blue. */
    static final int VALUES = SIDE * SIDE * CHANNELS;

    /** DeepMind's example computes in float64, and the model's input is rounded to float32. */
    private static final float[] SCALED = new float[256];

    static {
        for (int value = 0; value < SCALED.length; value++) {
            SCALED[value] = (float) (value / 255.0 * 2 - 1);
        }
    }

    private FlowPatches() {}

    /**
     * The patches of one tile of both pictures.
     *
     * @param pictures the first and the second, both with room for the tile
     * @return {@code [2, 27, height, width]}
     */
    static Tensor of(List<RgbImage> pictures, FlowTiles.Tile tile) {
        Tensor patches = Tensor.zeros(pictures.size(), VALUES, tile.height(), tile.width());
        int plane = tile.height() * tile.width();
        for (int picture = 0; picture < pictures.size(); picture++) {
            float[] scaled = scaled(pictures.get(picture), tile); // [3, height, width]
            for (int patch = 0; patch < VALUES; patch++) {
                int down = patch / CHANNELS / SIDE - SIDE / 2;
                int right = patch / CHANNELS % SIDE - SIDE / 2;
                int from = patch % CHANNELS * plane;
                int to = (picture * VALUES + patch) * plane;
                shift(scaled, from, patches.data(), to, tile, down, right);
            }
        }
        return patches;
    }

    private static float[] scaled(RgbImage picture, FlowTiles.Tile tile) {
        int plane = tile.height() * tile.width();
        float[] scaled = new float[CHANNELS * plane];
        int to = 0;
        for (int y = tile.top(); y < tile.top() + tile.height(); y++) {
            int from = (y * picture.width() + tile.left()) * CHANNELS;
            for (int x = 0; x < tile.width(); x++, to++) {
                for (int channel = 0; channel < CHANNELS; channel++, from++) {
                    scaled[channel * plane + to] = SCALED[picture.pixels()[from] & 0xFF];
                }
            }
        }
        return scaled;
    }

    /** Copies a plane so that each pixel gets what is so many rows below it and columns to its right; zeros stay where nothing is. */
    private static void shift(
            float[] source, int from, float[] target, int to, FlowTiles.Tile tile, int down, int right) {
        int width = tile.width();
        int left = Math.max(0, -right);
        int count = width - Math.abs(right);
        for (int y = Math.max(0, -down); y < Math.min(tile.height(), tile.height() - down); y++) {
            System.arraycopy(source, from + (y + down) * width + left + right, target, to + y * width + left, count);
        }
    }
}
