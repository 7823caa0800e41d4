package io.tesserae.kernel;

/** The definition of {@link Kernels#rmsNorm}, which encoders of the first generation do without. */
final class ScalarRmsNorm {

    private ScalarRmsNorm() {}

    static void rmsNorm(float[] x, int from, int to, int columns, float[] weight, float epsilon, float[] out) {
        for (int start = from * columns; start < to * columns; start += columns) {
            float[] sums = new float[Kernels.PARTIAL_SUMS];
            for (int i = 0; i < columns; i++) {
                sums[i % Kernels.PARTIAL_SUMS] = Math.fma(x[start + i], x[start + i], sums[i % Kernels.PARTIAL_SUMS]);
            }
            float scale = ScalarKernels.reciprocalDeviation(ScalarKernels.fold(sums), columns, epsilon);
            for (int i = 0; i < columns; i++) {
                out[start + i] = x[start + i] * scale * weight[i];
            }
        }
    }
}
