package io.tesserae.loaders.image;

/**
 * The {@code IHDR} chunk of a PNG.
 *
 * @param width in pixels
 * @param height in pixels
 * @param bitDepth bits of a sample
 * @param colour what the samples of a pixel are
 * @param interlaced whether the rows come in seven passes (Adam7)
 */
record PngHeader(int width, int height, int bitDepth, Colour colour, boolean interlaced) {

    /** No compressed data unfold to more than this many times their length (deflate: 258 bytes from 2 bits). */
    static final long DEFLATE_RATIO = 1032;

    /** Bytes of the chunk's data. */
    static final int BYTES = 13;

    /** What the samples of a pixel are; the numbers of the PNG specification, table 11.1. */
    enum Colour {
        GREY(1),
        RGB(3),
        PALETTE(1),
        GREY_ALPHA(2),
        RGB_ALPHA(4);

        private final int samples;

        Colour(int samples) {
            this.samples = samples;
        }
    }

    /** Reads the chunk whose data begin here. */
    static PngHeader read(ImageBytes file, long at) {
        long width = file.intBigEndian(at);
        long height = file.intBigEndian(at + 4);
        file.requireSize(width, height);
        int bitDepth = file.unsignedByte(at + 8);
        int code = file.unsignedByte(at + 9);
        Colour colour = switch (code) {
            case 0 -> Colour.GREY;
            case 2 -> Colour.RGB;
            case 3 -> Colour.PALETTE;
            case 4 -> Colour.GREY_ALPHA;
            case 6 -> Colour.RGB_ALPHA;
            default -> throw file.refusal("PNG has no colour type " + code);
        };
        boolean known = switch (bitDepth) {
            case 1, 2, 4 -> colour.samples == 1;
            case 8 -> true;
            case 16 -> colour != Colour.PALETTE;
            default -> false;
        };
        if (!known) {
            throw file.refusal("PNG has no " + bitDepth + " bits a sample with colour type " + code);
        }
        if (file.unsignedByte(at + 11) != 0) {
            throw file.refusal("unknown PNG filter method " + file.unsignedByte(at + 11) + ", expected 0");
        }
        return new PngHeader((int) width, (int) height, bitDepth, colour, file.unsignedByte(at + 12) != 0);
    }

    /** Bytes from a pixel to the next, 1 where several share a byte: the distance that row filters look back. */
    int filterDistance() {
        return Math.max(1, colour.samples * bitDepth / 8);
    }

    /** Bytes of a row of so many pixels, without the filter's number that stands before it. */
    int rowBytes(int pixels) {
        return (int) (((long) pixels * colour.samples * bitDepth + 7) / 8);
    }

    /** Bytes that the compressed data must unfold to, at least. */
    long dataBytes() {
        return (long) height * rowBytes(width);
    }
}
