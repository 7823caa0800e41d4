package io.tesserae.loaders.image;

/**
 * The headers of a BMP: the file's 14 bytes, then one of the seven that Windows and OS/2 have had, told apart by their length.
 *
 * <p>Source: Pillow's {@code BmpImagePlugin.BmpImageFile._bitmap}.
 *
 * @param width in pixels
 * @param height in pixels
 * @param topDown whether the first row in the file is the upper one
 * @param bitsPerPixel 1, 4, 8, 16, 24 or 32
 * @param compression how the pixels are stored
 * @param colours entries of the palette, where there is one
 * @param paletteEntryBytes 3 or 4
 * @param masks which bits are red, green, blue and alpha, where the header says so; empty otherwise
 * @param palette where the palette begins
 * @param pixels where the pixels begin
 */
record BmpHeader(
        int width,
        int height,
        boolean topDown,
        int bitsPerPixel,
        Compression compression,
        int colours,
        int paletteEntryBytes,
        long[] masks,
        long palette,
        long pixels) {

    private static final int FILE_HEADER_BYTES = 14;
    private static final int OS2_HEADER_BYTES = 12;
    /** Headers of at least this length have masks for red, green, blue and alpha inside; of shorter ones three follow. */
    private static final int HEADER_WITH_MASKS_BYTES = 52;

    /** How the pixels are stored; the numbers of the format. */
    enum Compression {
        NONE,
        RUN_LENGTH_8,
        RUN_LENGTH_4,
        MASKS
    }

    static BmpHeader read(ImageBytes file) {
        long at = FILE_HEADER_BYTES;
        long headerBytes = file.intLittleEndian(at);
        boolean os2 = headerBytes == OS2_HEADER_BYTES;
        if (!os2 && !isKnown(headerBytes)) {
            throw file.refusal("BMP headers have 12, 40, 52, 56, 64, 108 or 124 bytes, found " + headerBytes);
        }
        file.require(at, headerBytes);
        long width = os2 ? file.shortLittleEndian(at + 4) : file.intLittleEndian(at + 4);
        long height = os2 ? file.shortLittleEndian(at + 6) : file.intLittleEndian(at + 8);
        // A negative height. Pillow looks at the highest byte alone, and no picture is so high that it matters.
        boolean topDown = !os2 && file.unsignedByte(at + 11) == 0xFF;
        if (topDown) {
            height = (1L << Integer.SIZE) - height;
        }
        file.requireSize(width, height);
        int bits = file.shortLittleEndian(os2 ? at + 10 : at + 14);
        if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
            throw file.refusal("BMP has 1, 4, 8, 16, 24 or 32 bits a pixel, found " + bits);
        }
        long code = os2 ? 0 : file.intLittleEndian(at + 16);
        if (code >= Compression.values().length) {
            throw file.refusal("BMP compression " + code + " is not read, only 0 to 3. Save it as PNG");
        }
        Compression compression = Compression.values()[(int) code];
        long colours = os2 ? 0 : file.intLittleEndian(at + 32);
        if (bits > 8) {
            colours = 0;
        } else if (colours == 0) {
            colours = 1L << bits;
        }
        if (colours > Palette.COLOURS) {
            throw file.refusal("a palette has at most " + Palette.COLOURS + " colours, found " + colours);
        }

        long end = at + headerBytes;
        long[] masks = {};
        if (compression == Compression.MASKS) {
            boolean inside = headerBytes >= HEADER_WITH_MASKS_BYTES;
            long first = inside ? at + 40 : end;
            long alpha = headerBytes > HEADER_WITH_MASKS_BYTES ? file.intLittleEndian(at + 52) : 0;
            masks = new long[] {
                file.intLittleEndian(first), file.intLittleEndian(first + 4), file.intLittleEndian(first + 8), alpha
            };
            end = inside ? end : end + 12;
        }
        int entryBytes = os2 ? 3 : 4;
        long paletteBytes = entryBytes * colours;
        long pixels = file.intLittleEndian(10);
        if (pixels == 0 || bits <= 8 && pixels == at + headerBytes) { // not said, or said as if there were no palette
            pixels = end + paletteBytes;
        }
        return new BmpHeader(
                (int) width, (int) height, topDown, bits, compression, (int) colours, entryBytes, masks, end, pixels);
    }

    private static boolean isKnown(long headerBytes) {
        return headerBytes == 40
                || headerBytes == 52
                || headerBytes == 56
                || headerBytes == 64
                || headerBytes == 108
                || headerBytes == 124;
    }

    /** Bytes from a row to the next: whole groups of four. */
    long rowStride() {
        return ((long) width * bitsPerPixel + 31) / 32 * 4;
    }

    /** Bytes that a row has at so many bits a pixel, without the filling. */
    long rowBytes(int bits) {
        return ((long) width * bits + 7) / 8;
    }
}
