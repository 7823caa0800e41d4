package io.tesserae.loaders.image;

import io.tesserae.loaders.image.PngHeader.Colour;

/**
 * From the samples of a PNG's row to red, green and blue.
 *
 * <p>Source: the modes and raw modes of Pillow's {@code PngImagePlugin._MODES}, and its conversion of each to RGB.
 */
final class PngSamples {

    private final PngHeader header;
    /** The colour of each value of a single sample of up to 8 bits; null for others. */
    private final byte[] table;

    PngSamples(PngHeader header, byte[] palette) {
        this.header = header;
        this.table = table(header, palette);
    }

    private static byte[] table(PngHeader header, byte[] palette) {
        if (header.colour() == Colour.PALETTE) {
            return Palette.ofRgb(palette);
        }
        return header.colour() == Colour.GREY && header.bitDepth() <= 8
                ? Palette.greyLevels(1 << header.bitDepth())
                : null;
    }

    /**
     * Writes a row's pixels.
     *
     * @param row the filter's number, then the samples
     * @param columns pixels in the row
     * @param target where the first pixel goes
     * @param step from a pixel to the next, in bytes
     */
    void toRgb(byte[] row, int columns, byte[] pixels, int target, int step) {
        if (table != null) {
            Palette.lookUp(table, new Palette.Indices(row, 1, header.bitDepth(), columns), pixels, target, step);
        } else if (header.colour() == Colour.GREY) {
            clippedGrey(row, columns, pixels, target, step);
        } else {
            highBytes(row, columns, pixels, target, step);
        }
    }

    /** 16-bit grey is not scaled but clipped: 255 and all above it are white. */
    private static void clippedGrey(byte[] row, int columns, byte[] pixels, int target, int step) {
        int to = target;
        for (int x = 0; x < columns; x++) {
            byte grey = row[1 + 2 * x] != 0 ? (byte) 0xFF : row[2 + 2 * x];
            pixels[to] = grey;
            pixels[to + 1] = grey;
            pixels[to + 2] = grey;
            to += step;
        }
    }

    /** The first byte of each sample; a grey one serves for all three, and alpha is passed over. */
    private void highBytes(byte[] row, int columns, byte[] pixels, int target, int step) {
        int pixelBytes = header.filterDistance();
        int toNextColour = header.colour() == Colour.GREY_ALPHA ? 0 : header.bitDepth() / 8;
        int to = target;
        int from = 1;
        for (int x = 0; x < columns; x++) {
            pixels[to] = row[from];
            pixels[to + 1] = row[from + toNextColour];
            pixels[to + 2] = row[from + 2 * toNextColour];
            to += step;
            from += pixelBytes;
        }
    }
}
