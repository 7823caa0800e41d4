package io.tesserae.kernel;

/**
 * A weight of 8 bits: a whole number from −127 to 127, which its row's scale multiplies. The scale is taken out of the sum:
 * {@code out = scale · (Σ x · code) + bias}, so that in a tile a weight takes a conversion, and no multiplication beside the
 * multiply-adds.
 *
 * <p>Rows are rounded by their own largest magnitude, as weights are "per channel, symmetric" in PyTorch's words. It is the rounding
 * with the least to explain; on the models at hand it moves no answer, see docs/performance.md.
 */
final class ByteCode {

    /** The largest magnitude of a code. There is no −128: so a weight and its negative have codes alike. */
    static final int MOST = 127;

    private ByteCode() {}

    /**
     * What a row's codes are multiplied by: 0 where all its values are smaller than any normal number times {@value #MOST}, and so as
     * good as 0.
     */
    static float scale(float[] row, int offset, int count) {
        float largest = 0f;
        for (int i = offset; i < offset + count; i++) {
            largest = Math.max(largest, Math.abs(row[i]));
        }
        float scale = largest / MOST;
        return scale < Float.MIN_NORMAL ? 0f : scale;
    }

    /** The nearest code; of two that are equally near, the even one. */
    static int encode(float weight, float scale) {
        return scale == 0f ? 0 : (int) Math.rint(weight / scale);
    }
}
