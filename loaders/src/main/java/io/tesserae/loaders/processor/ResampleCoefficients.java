package io.tesserae.loaders.processor;

import io.tesserae.kernel.Kernels;
import java.util.Arrays;
import java.util.Objects;

/**
 * Which source pixels make up each new pixel along one axis, and what they weigh: fixed-point numbers with {@value
 * Kernels#BLEND_FRACTION_BITS} bits behind the point, whose sum is about one.
 *
 * <p>These are {@code precompute_coeffs} and {@code normalize_coeffs_8bpc} of Pillow, step by step in the same double
 * arithmetic, since a weight that is off by its last bit shows in a picture. Only the sine of {@link
 * ResampleFilter#LANCZOS} and {@link ResampleFilter#HAMMING} comes from another library; it would have to fall on the
 * other side of a half in 2⁻²² to be seen.
 */
final class ResampleCoefficients {

    private final int[] starts;
    private final int[] counts;
    private final int[] weights;
    private final int most;

    private ResampleCoefficients(int[] starts, int[] counts, int[] weights, int most) {
        this.starts = starts;
        this.counts = counts;
        this.weights = weights;
        this.most = most;
    }

    /**
     * The coefficients of some neighbouring new pixels.
     *
     * @param sourceSize pixels that the axis has
     * @param newSize pixels that it would have, if all were computed
     * @param from the first new pixel that is wanted; {@code length} follow
     * @throws IllegalArgumentException if one Java array cannot hold them, which takes a picture of 300 million columns
     */
    static ResampleCoefficients of(ResampleFilter filter, int sourceSize, int newSize, int from, int length) {
        Objects.checkFromIndexSize(from, length, newSize);
        if (sourceSize == newSize) {
            return unchanged(from, length);
        }
        double scale = (double) sourceSize / newSize; // source pixels for each new one
        double stretch = Math.max(scale, 1); // of the filter: it narrows no further than to the source's pixels
        double support = filter.support() * stretch;
        double most = Math.ceil(support) * 2 + 1;
        if (most * length > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("cannot resample " + sourceSize + " pixels to " + newSize
                    + ": more weights than a Java array can hold");
        }
        ResampleCoefficients coefficients =
                new ResampleCoefficients(new int[length], new int[length], new int[(int) most * length], (int) most);
        double[] shares = new double[(int) most];
        for (int i = 0; i < length; i++) {
            double centre = (from + i + 0.5) * scale;
            int start = Math.max(0, (int) (centre - support + 0.5));
            int end = Math.min(sourceSize, (int) (centre + support + 0.5));
            coefficients.starts[i] = start;
            coefficients.counts[i] = end - start;
            coefficients.weigh(filter, i, centre, 1 / stretch, shares);
        }
        return coefficients;
    }

    /** Every pixel is itself. A filter would say so too, and add neighbours with a weight of zero. */
    private static ResampleCoefficients unchanged(int from, int length) {
        int[] starts = new int[length];
        Arrays.setAll(starts, i -> from + i);
        int[] ones = new int[length];
        Arrays.fill(ones, 1);
        int[] weights = new int[length];
        Arrays.fill(weights, 1 << Kernels.BLEND_FRACTION_BITS);
        return new ResampleCoefficients(starts, ones, weights, 1);
    }

    /** Fills in the weights of one new pixel; {@code shares} is scratch memory. */
    private void weigh(ResampleFilter filter, int index, double centre, double shrink, double[] shares) {
        double sum = 0;
        for (int k = 0; k < counts[index]; k++) {
            shares[k] = filter.weight((k + starts[index] - centre + 0.5) * shrink);
            sum += shares[k];
        }
        for (int k = 0; k < counts[index]; k++) {
            double share = sum == 0 ? shares[k] : shares[k] / sum;
            weights[index * most + k] = (int) ((share < 0 ? -0.5 : 0.5) + share * (1 << Kernels.BLEND_FRACTION_BITS));
        }
    }

    /** How many new pixels there are. */
    int length() {
        return starts.length;
    }

    /** The first source pixel of a new one. */
    int start(int index) {
        return starts[index];
    }

    /** How many source pixels a new one is made of; 1 or more. */
    int count(int index) {
        return counts[index];
    }

    /** The weights of all new pixels: those of one begin at {@link #firstWeight}. */
    int[] weights() {
        return weights;
    }

    int firstWeight(int index) {
        return index * most;
    }

    /** The first source pixel of all. */
    int firstSource() {
        return starts[0];
    }

    /** Where the source pixels that count for anything end. */
    int endSource() {
        return starts[length() - 1] + counts[length() - 1];
    }
}
