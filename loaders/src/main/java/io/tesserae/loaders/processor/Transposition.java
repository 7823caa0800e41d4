package io.tesserae.loaders.processor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Turns rows of bytes into columns, eight by eight: eight longs, each eight bytes of one row, become eight longs that are
 * each eight bytes of one column. Byte by byte it would take four times as long.
 */
final class Transposition {

    private static final int TILE = Long.BYTES;

    /** Little-endian on every machine: the first byte of a row is the lowest of its long. */
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long HALVES = 0x00000000_FFFFFFFFL;
    private static final long QUARTERS = 0x0000FFFF_0000FFFFL;
    private static final long BYTES = 0x00FF00FF_00FF00FFL;

    private Transposition() {}

    /**
     * A matrix of bytes among others.
     *
     * @param bytes that hold it
     * @param from where its first row begins
     * @param stride from a row to the next
     */
    record Plane(byte[] bytes, int from, int stride) {}

    /**
     * {@code target[column][row] = source[row][column]}.
     *
     * @param source {@code [rows, columns]}
     * @param target {@code [columns, rows]}
     */
    static void transpose(Plane source, int rows, int columns, Plane target) {
        byte[] read = source.bytes();
        byte[] written = target.bytes();
        int from = source.from();
        int stride = source.stride();
        int to = target.from();
        int targetStride = target.stride();
        int tiledRows = rows / TILE * TILE;
        int tiledColumns = columns / TILE * TILE;
        for (int row = 0; row < tiledRows; row += TILE) {
            for (int column = 0; column < tiledColumns; column += TILE) {
                transposeTile(
                        read,
                        from + row * stride + column,
                        stride,
                        written,
                        to + column * targetStride + row,
                        targetStride);
            }
        }
        for (int row = 0; row < rows; row++) {
            for (int column = row < tiledRows ? tiledColumns : 0; column < columns; column++) {
                written[to + column * targetStride + row] = read[from + row * stride + column];
            }
        }
    }

    /**
     * One tile. Each step swaps two off-diagonal squares of the matrix: of 4 x 4 bytes, then within each quarter of 2 x 2,
     * then single bytes. Warren, Hacker's Delight, 7-3, does the same with bits.
     */
    private static void transposeTile(byte[] source, int from, int stride, byte[] target, int to, int targetStride) {
        long a = (long) LONGS.get(source, from);
        long b = (long) LONGS.get(source, from + stride);
        long c = (long) LONGS.get(source, from + 2 * stride);
        long d = (long) LONGS.get(source, from + 3 * stride);
        long e = (long) LONGS.get(source, from + 4 * stride);
        long f = (long) LONGS.get(source, from + 5 * stride);
        long g = (long) LONGS.get(source, from + 6 * stride);
        long h = (long) LONGS.get(source, from + 7 * stride);

        // The right half of an upper row and the left half of the row four below change places, and so on
        long swap = (a >>> 32 ^ e) & HALVES;
        a ^= swap << 32;
        e ^= swap;
        swap = (b >>> 32 ^ f) & HALVES;
        b ^= swap << 32;
        f ^= swap;
        swap = (c >>> 32 ^ g) & HALVES;
        c ^= swap << 32;
        g ^= swap;
        swap = (d >>> 32 ^ h) & HALVES;
        d ^= swap << 32;
        h ^= swap;

        swap = (a >>> 16 ^ c) & QUARTERS;
        a ^= swap << 16;
        c ^= swap;
        swap = (b >>> 16 ^ d) & QUARTERS;
        b ^= swap << 16;
        d ^= swap;
        swap = (e >>> 16 ^ g) & QUARTERS;
        e ^= swap << 16;
        g ^= swap;
        swap = (f >>> 16 ^ h) & QUARTERS;
        f ^= swap << 16;
        h ^= swap;

        swap = (a >>> 8 ^ b) & BYTES;
        LONGS.set(target, to, a ^ swap << 8);
        LONGS.set(target, to + targetStride, b ^ swap);
        swap = (c >>> 8 ^ d) & BYTES;
        LONGS.set(target, to + 2 * targetStride, c ^ swap << 8);
        LONGS.set(target, to + 3 * targetStride, d ^ swap);
        swap = (e >>> 8 ^ f) & BYTES;
        LONGS.set(target, to + 4 * targetStride, e ^ swap << 8);
        LONGS.set(target, to + 5 * targetStride, f ^ swap);
        swap = (g >>> 8 ^ h) & BYTES;
        LONGS.set(target, to + 6 * targetStride, g ^ swap << 8);
        LONGS.set(target, to + 7 * targetStride, h ^ swap);
    }
}
