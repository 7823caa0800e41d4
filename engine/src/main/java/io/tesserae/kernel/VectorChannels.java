package io.tesserae.kernel;

import static io.tesserae.kernel.VectorFunctions.SPECIES;

import jdk.incubator.vector.FloatVector;

/** {@link ScalarChannels} on vectors: the same bits. */
final class VectorChannels {

    private static final int LANES = SPECIES.length();

    private VectorChannels() {}

    static void standardize(float[] x, int from, int to, int columns, float epsilon, float[] out) {
        int whole = SPECIES.loopBound(columns);
        float[] partial = VectorKernels.PARTIAL.get();
        for (int start = from * columns; start < to * columns; start += columns) {
            float mean = VectorKernels.sum(x, start, columns, partial) / columns;
            float squares = VectorKernels.sumOfSquaredDeviations(x, start, columns, mean, partial);
            float scale = ScalarKernels.reciprocalDeviation(squares, columns, epsilon);
            for (int i = start; i < start + whole; i += LANES) {
                FloatVector.fromArray(SPECIES, x, i).sub(mean).mul(scale).intoArray(out, i);
            }
            for (int i = start + whole; i < start + columns; i++) {
                out[i] = (x[i] - mean) * scale;
            }
        }
    }

    static void means(float[] x, int from, int to, int columns, float[] out) {
        float[] partial = VectorKernels.PARTIAL.get();
        for (int row = from; row < to; row++) {
            out[row] = VectorKernels.sum(x, row * columns, columns, partial) / columns;
        }
    }

    static void scaleRows(
            float[] x, int from, int to, int columns, float[] scale, float[] shift, int period, float[] out) {
        int whole = SPECIES.loopBound(columns);
        for (int row = from; row < to; row++) {
            int start = row * columns;
            float factor = scale[row % period];
            float summand = shift[row % period];
            FloatVector factors = FloatVector.broadcast(SPECIES, factor);
            FloatVector summands = FloatVector.broadcast(SPECIES, summand);
            for (int i = start; i < start + whole; i += LANES) {
                FloatVector.fromArray(SPECIES, x, i).fma(factors, summands).intoArray(out, i);
            }
            for (int i = start + whole; i < start + columns; i++) {
                out[i] = Math.fma(x[i], factor, summand);
            }
        }
    }
}
