package io.tesserae.kernel;

/** The definition of {@link Kernels#blendRows}; its fast twin is {@link VectorBlend}. */
final class ScalarBlend {

    /** One half in the fixed point: what turns the shift into rounding. */
    static final int HALF = 1 << Kernels.BLEND_FRACTION_BITS - 1;

    private ScalarBlend() {}

    static void blendRows(
            byte[] rows,
            int offset,
            int stride,
            int[] weights,
            int firstWeight,
            int count,
            byte[] out,
            int outOffset,
            int length) {
        for (int i = 0; i < length; i++) {
            int sum = HALF;
            for (int k = 0; k < count; k++) {
                sum += weights[firstWeight + k] * (rows[offset + k * stride + i] & 0xFF);
            }
            out[outOffset + i] = (byte) Math.clamp(sum >> Kernels.BLEND_FRACTION_BITS, 0, 255);
        }
    }
}
