package io.tesserae.kernel;

import static io.tesserae.kernel.VectorFunctions.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Rows cut into pieces. So a right operand becomes groups of columns, and a left operand that is stored the other way round becomes operands
 * of tiles. A piece is as long as a vector or shorter, or a few vectors; {@link System#arraycopy} takes several times as long for it. Some
 * pieces of a row are taken together, for they share cache lines, and a row's lines are often gone when the next row has been read: rows that lie a
 * multiple of 4 KB apart share one set of the first-level cache.
 */
final class VectorCopy {

    private static final int LANES = SPECIES.length();

    private VectorCopy() {}

    /**
     * {@link Kernels#cutRows}. A vector that goes beyond its piece is overwritten by the next row's; the last rows, where it would go beyond
     * what may be written or read, are copied a value at a time.
     */
    static void cutRows(
            float[] x, int from, int stride, int rows, int columns, int pieces, float[] out, int to, int pieceStep) {
        int covered = Math.ceilDiv(columns, LANES) * LANES;
        int behind = Math.ceilDiv(covered - columns, columns); // rows that the last one's vectors go over
        int reach = (pieces - 1) * columns + covered;
        int readable = x.length - from < reach ? 0 : (x.length - from - reach) / Math.max(1, stride) + 1;
        int whole = Math.clamp(rows - behind, 0, readable);
        int piece = 0;
        if (covered == LANES) {
            for (; piece + 4 <= pieces; piece += 4) {
                fourPieces(x, from + piece * columns, stride, whole, columns, out, to + piece * pieceStep, pieceStep);
            }
            for (; piece + 2 <= pieces; piece += 2) {
                twoPieces(x, from + piece * columns, stride, whole, columns, out, to + piece * pieceStep, pieceStep);
            }
        }
        for (; piece < pieces; piece++) {
            onePiece(x, from + piece * columns, stride, whole, columns, out, to + piece * pieceStep);
        }
        for (int row = whole; row < rows; row++) {
            for (int i = 0; i < pieces * columns; i++) {
                out[to + i / columns * pieceStep + row * columns + i % columns] = x[from + row * stride + i];
            }
        }
    }

    private static void fourPieces(
            float[] x, int from, int stride, int rows, int columns, float[] out, int to, int pieceStep) {
        int to1 = to + pieceStep;
        int to2 = to1 + pieceStep;
        int to3 = to2 + pieceStep;
        for (int row = 0, at = from, next = 0; row < rows; row++, at += stride, next += columns) {
            FloatVector.fromArray(SPECIES, x, at).intoArray(out, to + next);
            FloatVector.fromArray(SPECIES, x, at + columns).intoArray(out, to1 + next);
            FloatVector.fromArray(SPECIES, x, at + 2 * columns).intoArray(out, to2 + next);
            FloatVector.fromArray(SPECIES, x, at + 3 * columns).intoArray(out, to3 + next);
        }
    }

    private static void twoPieces(
            float[] x, int from, int stride, int rows, int columns, float[] out, int to, int pieceStep) {
        int to1 = to + pieceStep;
        for (int row = 0, at = from, next = 0; row < rows; row++, at += stride, next += columns) {
            FloatVector.fromArray(SPECIES, x, at).intoArray(out, to + next);
            FloatVector.fromArray(SPECIES, x, at + columns).intoArray(out, to1 + next);
        }
    }

    private static void onePiece(float[] x, int from, int stride, int rows, int columns, float[] out, int to) {
        for (int row = 0, at = from, next = to; row < rows; row++, at += stride, next += columns) {
            for (int column = 0; column < columns; column += LANES) {
                FloatVector.fromArray(SPECIES, x, at + column).intoArray(out, next + column);
            }
        }
    }
}
