package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * One value for every patch of a picture.
 *
 * @param rows patches from top to bottom, 1 or more
 * @param columns patches from left to right, 1 or more
 * @param values {@code [rows, columns]}, row-major, finite and not negative; not copied, so whoever hands them over stops
 *     writing to them
 */
public record Heatmap(int rows, int columns, float[] values) {

    /** Checks the size and the values. */
    public Heatmap {
        Arguments.require(values, "values");
        if (rows < 1 || columns < 1 || (long) rows * columns != values.length) {
            throw new IllegalArgumentException("a heatmap of " + rows + " x " + columns + " patches has "
                    + (long) rows * columns + " values, found " + values.length);
        }
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= 0 && values[i] < Float.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("heatmap: expected a finite value of 0 or more, found " + values[i]
                        + " in row " + i / columns + ", column " + i % columns);
            }
        }
    }

    /** The mean of maps of one size, one or more. */
    static Heatmap mean(List<Heatmap> maps) {
        double[] sum = new double[maps.getFirst().values.length];
        for (Heatmap map : maps) {
            for (int patch = 0; patch < sum.length; patch++) {
                sum[patch] += map.values[patch];
            }
        }
        float[] mean = new float[sum.length];
        for (int patch = 0; patch < sum.length; patch++) {
            mean[patch] = (float) (sum[patch] / maps.size());
        }
        return new Heatmap(maps.getFirst().rows, maps.getFirst().columns, mean);
    }

    /** One patch's value. */
    public float get(int row, int column) {
        Objects.checkIndex(column, columns);
        return values[Objects.checkIndex(row, rows) * columns + column];
    }

    /** The smallest value. */
    public float min() {
        float min = values[0];
        for (float value : values) {
            min = Math.min(min, value);
        }
        return min;
    }

    /** The largest value. */
    public float max() {
        float max = values[0];
        for (float value : values) {
            max = Math.max(max, value);
        }
        return max;
    }

    /** The sum of the values: for attention, how much of it fell on the patches, 0 to 1. */
    public double mass() {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    /**
     * The fewest patches that hold this share of the whole: {@code visualize_attention.py} of DINO. The values in ascending
     * order are divided by their sum and added up; what comes after the running sum has passed {@code 1 - mass} is kept,
     * the patch that carries it over included. Of equal values the later patch counts as the larger. Where all values are
     * zero, nothing is kept; otherwise the largest always is.
     *
     * @param mass greater than 0, at most 1
     * @see <a href="https://arxiv.org/abs/2104.14294">Caron et al. 2021, Emerging Properties in Self-Supervised Vision
     *     Transformers</a>
     */
    public PatchMask mask(double mass) {
        if (!(mass > 0 && mass <= 1)) {
            throw new IllegalArgumentException(
                    "mass: expected a share of the attention, above 0 and at most 1, found " + mass);
        }
        int[] ascending = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparing((Integer patch) -> values[patch]))
                .mapToInt(Integer::intValue)
                .toArray();
        double sum = mass();
        double running = 0;
        boolean[] kept = new boolean[values.length];
        for (int patch : ascending) {
            running += values[patch] / sum;
            kept[patch] = running > 1 - mass;
        }
        kept[ascending[ascending.length - 1]] |= sum > 0; // also where rounding keeps the running sum below 1 - mass
        return new PatchMask(rows, columns, kept);
    }
}
