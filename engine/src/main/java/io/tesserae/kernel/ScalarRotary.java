package io.tesserae.kernel;

/** The definition of {@link Kernels#rotate}; its fast twin is {@link VectorRotary}. */
final class ScalarRotary {

    private ScalarRotary() {}

    static void rotate(RotaryTable table, float[] x, int offset, int stride, int[] positions) {
        int channels = table.channels();
        float[] turned = new float[channels];
        for (int row = 0; row < positions.length; row++) {
            int start = offset + row * stride;
            int angles = positions[row] * channels;
            for (int i = 0; i < channels; i++) {
                turned[i] = Math.fma(
                        x[start + table.partner(i)],
                        table.sines()[angles + i],
                        x[start + i] * table.cosines()[angles + i]);
            }
            System.arraycopy(turned, 0, x, start, channels);
        }
    }
}
