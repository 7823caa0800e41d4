package io.tesserae.kernel;

import static io.tesserae.kernel.VectorFunctions.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Short rows, one after the other. So rows of a right operand become groups of columns, and rows of a left operand that is stored the other
 * way round become operands of tiles. A row is as long as a vector or shorter, or a few vectors; {@link System#arraycopy} takes several times
 * as long as such a row.
 */
final class VectorCopy {

    private static final int LANES = SPECIES.length();

    private VectorCopy() {}

    /**
     * {@link Kernels#copyRows}. A vector that goes beyond its row is overwritten by the next row's; the last rows, where it would go beyond
     * what may be written or read, are copied a value at a time.
     */
    static void copyRows(float[] x, int from, int stride, int rows, int columns, float[] out, int to, int pitch) {
        int covered = Math.ceilDiv(columns, LANES) * LANES;
        int behind = Math.ceilDiv(Math.max(0, covered - pitch), pitch); // rows that the last one's vectors go over
        int readable = x.length - from < covered ? 0 : (x.length - from - covered) / Math.max(1, stride) + 1;
        int whole = Math.clamp(rows - behind, 0, readable);
        if (covered == LANES) {
            for (int row = 0, at = from, toRow = to; row < whole; row++, at += stride, toRow += pitch) {
                FloatVector.fromArray(SPECIES, x, at).intoArray(out, toRow);
            }
        } else {
            for (int row = 0, at = from, toRow = to; row < whole; row++, at += stride, toRow += pitch) {
                for (int column = 0; column < columns; column += LANES) {
                    FloatVector.fromArray(SPECIES, x, at + column).intoArray(out, toRow + column);
                }
            }
        }
        for (int row = whole; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                out[to + row * pitch + column] = x[from + row * stride + column];
            }
        }
    }
}
