package io.tesserae.kernel;

/** The definition of what is done to the channels of pictures, each of which is a row of pixels. */
final class ScalarChannels {

    private ScalarChannels() {}

    /** The definition of {@link Kernels#standardize}: layer norm's mean and deviation. */
    static void standardize(float[] x, int from, int to, int columns, float epsilon, float[] out) {
        for (int start = from * columns; start < to * columns; start += columns) {
            float mean = mean(x, start, columns);
            float[] sums = new float[Kernels.PARTIAL_SUMS];
            for (int i = 0; i < columns; i++) {
                float deviation = x[start + i] - mean;
                sums[i % Kernels.PARTIAL_SUMS] = Math.fma(deviation, deviation, sums[i % Kernels.PARTIAL_SUMS]);
            }
            float scale = ScalarKernels.reciprocalDeviation(ScalarKernels.fold(sums), columns, epsilon);
            for (int i = 0; i < columns; i++) {
                out[start + i] = (x[start + i] - mean) * scale;
            }
        }
    }

    /** The definition of {@link Kernels#means}. */
    static void means(float[] x, int from, int to, int columns, float[] out) {
        for (int row = from; row < to; row++) {
            out[row] = mean(x, row * columns, columns);
        }
    }

    private static float mean(float[] x, int start, int columns) {
        float[] sums = new float[Kernels.PARTIAL_SUMS];
        for (int i = 0; i < columns; i++) {
            sums[i % Kernels.PARTIAL_SUMS] += x[start + i];
        }
        return ScalarKernels.fold(sums) / columns;
    }

    /** The definition of {@link Kernels#scaleRows}. */
    static void scaleRows(
            float[] x, int from, int to, int columns, float[] scale, float[] shift, int period, float[] out) {
        for (int row = from; row < to; row++) {
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                out[i] = Math.fma(x[i], scale[row % period], shift[row % period]);
            }
        }
    }
}
