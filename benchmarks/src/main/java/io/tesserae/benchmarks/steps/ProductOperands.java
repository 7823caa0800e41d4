package io.tesserae.benchmarks.steps;

import java.util.Arrays;
import java.util.Random;

/**
 * What every step is given, as a checkpoint and a batch have it: {@code out = x · weightᵀ + bias}.
 *
 * <p>Tiles may overhang the matrix. Here the operands are filled up with zeros to whole tiles, so that no step has to speak of
 * tails; the engine does without those copies.
 *
 * @param x {@code [rows, inFeatures]}
 * @param weight {@code [outFeatures, inFeatures]}
 * @param bias {@code [outFeatures]}
 */
record ProductOperands(int rows, int inFeatures, int outFeatures, float[] x, float[] weight, float[] bias) {

    /** Values that keep their size: the result is about as large as x. */
    static ProductOperands random(int rows, int inFeatures, int outFeatures) {
        Random random = new Random(1);
        return new ProductOperands(
                rows,
                inFeatures,
                outFeatures,
                uniform(random, rows * inFeatures, 1f),
                uniform(random, outFeatures * inFeatures, (float) (2 / Math.sqrt(inFeatures))),
                uniform(random, outFeatures, 1f));
    }

    private static float[] uniform(Random random, int count, float bound) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat(-bound, bound);
        }
        return values;
    }

    /** Float32 operations, a multiply-add counted as two. */
    double operations() {
        return 2.0 * rows * inFeatures * outFeatures;
    }

    /** The rows, rounded up to whole tiles. */
    int coveredRows(int tileRows) {
        return Math.ceilDiv(rows, tileRows) * tileRows;
    }

    /** The columns, rounded up to whole tiles. */
    int coveredColumns(int tileColumns) {
        return Math.ceilDiv(outFeatures, tileColumns) * tileColumns;
    }

    /** {@code [coveredRows, inFeatures]} */
    float[] coveredX(int tileRows) {
        return Arrays.copyOf(x, coveredRows(tileRows) * inFeatures);
    }

    /** {@code [coveredColumns]} */
    float[] coveredBias(int tileColumns) {
        return Arrays.copyOf(bias, coveredColumns(tileColumns));
    }

    /** {@code [inFeatures, coveredColumns]} */
    float[] transposedWeight(int tileColumns) {
        int columns = coveredColumns(tileColumns);
        float[] transposed = new float[inFeatures * columns];
        for (int column = 0; column < outFeatures; column++) {
            for (int k = 0; k < inFeatures; k++) {
                transposed[k * columns + column] = weight[column * inFeatures + k];
            }
        }
        return transposed;
    }

    /**
     * {@code [coveredColumns / lanes][inFeatures][lanes]}: the columns of one vector stand together, k after k.
     *
     * @param first where in the array the first group begins
     */
    float[] groupedWeight(int lanes, int first) {
        float[] grouped = new float[first + coveredColumns(2 * lanes) * inFeatures];
        for (int column = 0; column < outFeatures; column++) {
            int to = first + column / lanes * lanes * inFeatures + column % lanes;
            for (int k = 0; k < inFeatures; k++) {
                grouped[to + k * lanes] = weight[column * inFeatures + k];
            }
        }
        return grouped;
    }

    /** What belongs to the matrix of a result that covers it: {@code [rows, outFeatures]} from rows that are {@code stride} apart. */
    float[] cropped(float[] covering, int stride) {
        float[] result = new float[rows * outFeatures];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(covering, row * stride, result, row * outFeatures, outFeatures);
        }
        return result;
    }
}
