package io.tesserae.fuzz;

import java.util.zip.CRC32;

/** The checksums of a PNG, put right: a mutator would never get past them. */
final class PngChecksums {

    private static final int SIGNATURE = 8;
    private static final int CHUNK_HEAD = 8;

    private PngChecksums() {}

    /** A copy in which every chunk that is whole has the checksum that it should have. */
    static byte[] mended(byte[] file) {
        byte[] mended = file.clone();
        long at = SIGNATURE;
        while (at + CHUNK_HEAD <= mended.length) {
            long length = unsigned(mended, (int) at);
            long sum = at + CHUNK_HEAD + length;
            if (sum + Integer.BYTES > mended.length) {
                break;
            }
            write(mended, (int) sum, checksum(mended, (int) at + 4, (int) length + 4));
            at = sum + Integer.BYTES;
        }
        return mended;
    }

    static int checksum(byte[] bytes, int from, int length) {
        CRC32 sum = new CRC32();
        sum.update(bytes, from, length);
        return (int) sum.getValue();
    }

    static void write(byte[] bytes, int at, int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[at + i] = (byte) (value >> 24 - 8 * i);
        }
    }

    private static long unsigned(byte[] bytes, int at) {
        long value = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            value = value << 8 | bytes[at + i] & 0xFF;
        }
        return value;
    }
}
