package io.tesserae.pipelines.flow;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;

/**
 * How far every pixel of a picture moves until the next one.
 *
 * @param flow {@code [height, width, 2]}, in pixels: to the right, and down; to the left and up are negative. Where it is not
 *     known it is NaN, or beyond {@link #UNKNOWN}. Not copied, so whoever hands it over stops writing to it
 */
public record OpticalFlow(Tensor flow) {

    /** A movement by more pixels means, in files of flow, that it is not known. */
    public static final float UNKNOWN = 1e9f;

    /** Horizontal, vertical. */
    static final int AXES = 2;

    /**
     * How far pixels move, in pixels.
     *
     * @param mean of the pixels whose movement is known; 0 if there is none
     * @param largest likewise
     * @param known how many pixels that are
     */
    public record Magnitudes(double mean, double largest, int known) {}

    /** Checks the shape. */
    public OpticalFlow {
        Arguments.require(flow, "flow");
        if (flow.rank() != 3 || flow.dimension(2) != AXES || flow.size() == 0) {
            throw new IllegalArgumentException(
                    "flow: expected [height, width, 2] of at least one pixel, found " + flow);
        }
    }

    /** In pixels. */
    public int width() {
        return flow.dimension(1);
    }

    /** In pixels. */
    public int height() {
        return flow.dimension(0);
    }

    /** How far a pixel moves to the right. */
    public float right(int x, int y) {
        return flow.get(y, x, 0);
    }

    /** How far a pixel moves down. */
    public float down(int x, int y) {
        return flow.get(y, x, 1);
    }

    /** Whether it is known how a pixel moves. */
    public boolean isKnown(int x, int y) {
        return Math.abs(right(x, y)) <= UNKNOWN && Math.abs(down(x, y)) <= UNKNOWN; // false for NaN as well
    }

    /** How far a pixel moves, in any direction. */
    public double magnitude(int x, int y) {
        double right = right(x, y);
        double down = down(x, y);
        return Math.sqrt(right * right + down * down);
    }

    /** How far all pixels move. */
    public Magnitudes magnitudes() {
        double sum = 0;
        double largest = 0;
        int known = 0;
        for (int y = 0; y < height(); y++) {
            for (int x = 0; x < width(); x++) {
                if (isKnown(x, y)) {
                    double magnitude = magnitude(x, y);
                    sum += magnitude;
                    largest = Math.max(largest, magnitude);
                    known++;
                }
            }
        }
        return new Magnitudes(known == 0 ? 0 : sum / known, largest, known);
    }
}
