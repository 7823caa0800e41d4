package io.tesserae.loaders.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Finds the orientation in an EXIF block, which is a small TIFF file: a header that gives the byte order and the offset of
 * the first directory; a directory of 12-byte entries (tag, type, count, and the value or its offset).
 *
 * <p>What is broken is ignored, as Pillow ignores it ({@code TiffImagePlugin.ImageFileDirectory_v2.load}): entries of an
 * unknown type are passed over, and at the first one whose value lies outside the block reading stops, with what was found
 * before it.
 */
final class ExifReader {

    private static final int ORIENTATION_TAG = 0x0112;
    private static final int HEADER_BYTES = 8;
    private static final int ENTRY_BYTES = 12;
    /** A value of at most this many bytes stands in the entry itself. */
    private static final int INLINE_BYTES = 4;

    private static final byte[] PREFIX = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);

    private final ByteBuffer tiff;

    private ExifReader(ByteBuffer tiff) {
        this.tiff = tiff;
    }

    /** What a block says about the orientation. */
    sealed interface Answer {}

    /** The tag is there. A value that is no whole number is 0, which is no orientation. */
    record Found(long value) implements Answer {}

    /** A readable block without the tag. */
    record Silent() implements Answer {}

    /** Not a TIFF structure at all. */
    record Unreadable() implements Answer {}

    /** Reads a block, with or without the prefix {@code Exif\0\0}. */
    static Answer read(byte[] block) {
        int start = 0;
        while (startsWithPrefix(block, start)) {
            start += PREFIX.length;
        }
        if (start == block.length) {
            return new Silent();
        }
        ByteBuffer tiff = ByteBuffer.wrap(block, start, block.length - start).slice();
        if (tiff.capacity() < HEADER_BYTES) {
            return new Unreadable();
        }
        // "MM" 00 2A or "II" 2A 00; the same with the number's bytes exchanged; "MM" 00 2B passes for plain TIFF too.
        switch (tiff.getInt(0)) {
            case 0x4D4D002A, 0x4D4D2A00, 0x4D4D002B -> tiff.order(ByteOrder.BIG_ENDIAN);
            case 0x49492A00, 0x4949002A -> tiff.order(ByteOrder.LITTLE_ENDIAN);
            default -> {
                return new Unreadable();
            }
        }
        return new ExifReader(tiff).directory(Integer.toUnsignedLong(tiff.getInt(INLINE_BYTES)));
    }

    private static boolean startsWithPrefix(byte[] block, int start) {
        for (int i = 0; i < PREFIX.length; i++) {
            if (start + i >= block.length || block[start + i] != PREFIX[i]) {
                return false;
            }
        }
        return true;
    }

    private Answer directory(long offset) {
        Answer answer = new Silent();
        if (!inside(offset, Short.BYTES)) {
            return answer;
        }
        int count = Short.toUnsignedInt(tiff.getShort((int) offset));
        for (int i = 0; i < count; i++) {
            long at = offset + Short.BYTES + (long) i * ENTRY_BYTES;
            if (!inside(at, ENTRY_BYTES)) {
                return answer;
            }
            int entry = (int) at;
            int type = Short.toUnsignedInt(tiff.getShort(entry + 2));
            long bytes = Integer.toUnsignedLong(tiff.getInt(entry + 4)) * bytesOf(type);
            if (bytes == 0) {
                continue;
            }
            long value = entry + 8;
            if (bytes > INLINE_BYTES) {
                value = Integer.toUnsignedLong(tiff.getInt(entry + 8));
                if (!inside(value, bytes)) {
                    return answer;
                }
            }
            if (Short.toUnsignedInt(tiff.getShort(entry)) == ORIENTATION_TAG) {
                answer = new Found(firstNumber(type, (int) value));
            }
        }
        return answer;
    }

    private boolean inside(long offset, long bytes) {
        return offset <= tiff.capacity() && bytes <= tiff.capacity() - offset;
    }

    /** Bytes of one value of a TIFF type; 0 for a type that is unknown. */
    private static int bytesOf(int type) {
        return switch (type) {
            case 1, 2, 6, 7 -> 1; // byte, text, signed byte, undefined
            case 3, 8 -> 2; // short, signed short
            case 4, 9, 11, 13 -> 4; // long, signed long, float, directory
            case 5, 10, 12, 16 -> 8; // rational, signed rational, double, long of 8 bytes
            default -> 0;
        };
    }

    /** The first value; 0 for bytes and text, which are no numbers to Pillow, and for whatever is not whole. */
    private long firstNumber(int type, int at) {
        return switch (type) {
            case 3 -> Short.toUnsignedLong(tiff.getShort(at));
            case 4, 13 -> Integer.toUnsignedLong(tiff.getInt(at));
            case 5 ->
                quotient(
                        Integer.toUnsignedLong(tiff.getInt(at)),
                        Integer.toUnsignedLong(tiff.getInt(at + INLINE_BYTES)));
            case 6 -> tiff.get(at);
            case 8 -> tiff.getShort(at);
            case 9 -> tiff.getInt(at);
            case 10 -> quotient(tiff.getInt(at), tiff.getInt(at + INLINE_BYTES));
            case 11 -> whole(tiff.getFloat(at));
            case 12 -> whole(tiff.getDouble(at));
            case 16 -> tiff.getLong(at);
            default -> 0;
        };
    }

    private static long quotient(long numerator, long denominator) {
        return denominator == 0 || numerator % denominator != 0 ? 0 : numerator / denominator;
    }

    private static long whole(double value) {
        return value == Math.rint(value) ? (long) value : 0;
    }
}
