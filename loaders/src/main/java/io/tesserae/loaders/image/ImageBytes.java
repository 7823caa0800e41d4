package io.tesserae.loaders.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A picture file in memory, with the name that error messages call it by. Every read is checked: a file is hostile, and an
 * offset in it may be anything.
 */
final class ImageBytes {

    /** Twice what Pillow warns at: what it refuses. */
    static final long PIXEL_LIMIT = 2L * 89_478_485;

    private final byte[] bytes;
    private final String name;

    ImageBytes(byte[] bytes, String name) {
        this.bytes = bytes;
        this.name = name;
    }

    int length() {
        return bytes.length;
    }

    /** The array itself, for decoders that have checked their range. */
    byte[] array() {
        return bytes;
    }

    /** 0 to 255. */
    int unsignedByte(long at) {
        require(at, 1);
        return bytes[(int) at] & 0xFF;
    }

    int shortLittleEndian(long at) {
        return unsignedByte(at) | unsignedByte(at + 1) << 8;
    }

    int shortBigEndian(long at) {
        return unsignedByte(at) << 8 | unsignedByte(at + 1);
    }

    /** Unsigned. */
    long intLittleEndian(long at) {
        return shortLittleEndian(at) | (long) shortLittleEndian(at + 2) << 16;
    }

    /** Unsigned. */
    long intBigEndian(long at) {
        return (long) shortBigEndian(at) << 16 | shortBigEndian(at + 2);
    }

    byte[] copy(long at, long count) {
        require(at, count);
        return Arrays.copyOfRange(bytes, (int) at, (int) (at + count));
    }

    /** Whether these characters, each a byte, stand here. */
    boolean has(long at, String characters) {
        byte[] expected = characters.getBytes(StandardCharsets.ISO_8859_1);
        return at >= 0
                && at + expected.length <= bytes.length
                && Arrays.equals(bytes, (int) at, (int) at + expected.length, expected, 0, expected.length);
    }

    /** Refuses a file that ends before these bytes do. */
    void require(long at, long count) {
        if (at < 0 || count < 0 || count > bytes.length - at) {
            throw truncated("it has " + bytes.length + " bytes and refers to byte " + (at + Math.max(count, 1) - 1));
        }
    }

    /** Refuses a size that no picture has, or that a decompression bomb has, before any memory is asked for. */
    void requireSize(long width, long height) {
        if (width < 1 || height < 1) {
            throw refusal("a picture of " + width + " x " + height + " pixels has none");
        }
        if (width > PIXEL_LIMIT / height) {
            throw refusal("it says it is " + width + " x " + height + " pixels; more than " + PIXEL_LIMIT
                    + " are not read, since that is how a decompression bomb looks. Scale the picture down first");
        }
    }

    /** What is wrong with the file, as an exception that names it. */
    ImageException refusal(String what) {
        return new ImageException(name + ": " + what);
    }

    /** The file ends too soon. */
    ImageException truncated(String detail) {
        return refusal("the file is cut off or damaged: " + detail + ". Fetch it again");
    }

    String name() {
        return name;
    }
}
