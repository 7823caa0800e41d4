package io.tesserae.kernel;

/** Rows of a matrix side by side, one value after the other: {@code out[to + column · pitch + row] = x[from + row · stride + column]}. */
final class Transpose {

    private Transpose() {}

    /** Four rows at a time: four sequential reads, and writes that fill a cache line in few passes. */
    static void oneByOne(float[] x, int from, int stride, int rows, int columns, float[] out, int to, int pitch) {
        if (rows == 1 && pitch == 1) {
            System.arraycopy(x, from, out, to, columns);
            return;
        }
        int row = 0;
        for (; row + 4 <= rows; row += 4) {
            int from0 = from + row * stride;
            int from1 = from0 + stride;
            int from2 = from1 + stride;
            int from3 = from2 + stride;
            for (int k = 0, at = to + row; k < columns; k++, at += pitch) {
                out[at] = x[from0 + k];
                out[at + 1] = x[from1 + k];
                out[at + 2] = x[from2 + k];
                out[at + 3] = x[from3 + k];
            }
        }
        for (; row < rows; row++) {
            int from0 = from + row * stride;
            for (int k = 0, at = to + row; k < columns; k++, at += pitch) {
                out[at] = x[from0 + k];
            }
        }
    }
}
