package io.tesserae.fuzz;

import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.image.RgbImage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** What the targets for picture files have in common: what is read is a picture, and a small file makes no gigabytes. */
interface PictureTarget extends FuzzTarget {

    /** A reader and a picture have each pixel up to four times: as stored, as indices, as colours, and turned. */
    int BYTES_PER_PIXEL = 4 * RgbImage.CHANNELS;

    /** In pixels: what takes milliseconds. */
    long LARGE = 1 << 20;

    /**
     * Whether a fuzzer should try this: large pictures, which may well be valid and blank, only now and then, since each takes as long as
     * a thousand others.
     *
     * @param signature what a file of the target's format begins with; the others are other targets' inputs
     * @param pixels as many as the file says it has, or more
     */
    static boolean isWorthATry(byte[] input, String signature, long pixels) {
        byte[] beginning = Arrays.copyOf(input, signature.length());
        if (!signature.equals(new String(beginning, StandardCharsets.ISO_8859_1))) {
            return false;
        }
        return pixels <= LARGE || (Arrays.hashCode(input) & 63) == 0;
    }

    /** An unsigned number in a file, 0 where the file has ended. */
    static long littleEndian(byte[] input, int at, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (at + i < input.length ? input[at + i] & 0xFFL : 0) << 8 * i;
        }
        return value;
    }

    @Override
    default long read(byte[] input) {
        return readPicture(input);
    }

    /** Reads a file by a decoder of our own: it knows what it refuses, and stumbles over nothing. */
    static long readOwn(byte[] file) {
        try {
            return readPicture(file);
        } catch (ImageException e) {
            if (e.getCause() instanceof RuntimeException || e.getCause() instanceof Error) {
                throw new Finding("refused by accident", e.getCause());
            }
            throw e;
        }
    }

    /** Reads a file; the picture's own size is part of the contract. */
    private static long readPicture(byte[] file) {
        RgbImage image = ImageFiles.read(file, "input");
        long pixels = (long) image.width() * image.height();
        if (pixels > ImageFiles.PIXEL_LIMIT || image.pixels().length != pixels * RgbImage.CHANNELS) {
            throw new Finding("a picture of " + image.width() + " x " + image.height() + " pixels");
        }
        return pixels * BYTES_PER_PIXEL;
    }

    @Override
    default List<Class<? extends RuntimeException>> refusals() {
        return List.of(ImageException.class);
    }

    /**
     * What is refused has asked for little: as much as its bytes could have unfolded to. A byte of deflated data is up to 1032, or
     * 8256 pixels of one bit, and each of those three bytes, twice where the picture is turned.
     */
    @Override
    default Bound bound() {
        return new Bound(16 << 20, 50_000);
    }

    @Override
    default int longestInput() {
        return 4 << 10;
    }
}
