package io.tesserae.loaders.image;

/**
 * Tables of 256 colours, {@code [256, 3]}, for pictures whose pixels are indices into one. An index beyond the colours that
 * the file gives is black, as in Pillow.
 */
final class Palette {

    /** Entries of a table. */
    static final int COLOURS = 256;

    private Palette() {}

    /** From red, green and blue, side by side; a last entry that is not whole does not count. */
    static byte[] ofRgb(byte[] colours) {
        byte[] table = new byte[COLOURS * RgbImage.CHANNELS];
        System.arraycopy(
                colours, 0, table, 0, Math.min(colours.length / RgbImage.CHANNELS * RgbImage.CHANNELS, table.length));
        return table;
    }

    /**
     * From blue, green and red.
     *
     * @param entryBytes 3, or 4 where a byte without meaning follows each colour
     */
    static byte[] ofBgr(byte[] colours, int entryBytes) {
        byte[] table = new byte[COLOURS * RgbImage.CHANNELS];
        for (int i = 0; i < Math.min(colours.length / entryBytes, COLOURS); i++) {
            for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
                table[i * RgbImage.CHANNELS + channel] = colours[i * entryBytes + 2 - channel];
            }
        }
        return table;
    }

    /** So many levels from black to white, evenly: 2, 4, 16 or 256. */
    static byte[] greyLevels(int levels) {
        byte[] table = new byte[COLOURS * RgbImage.CHANNELS];
        for (int i = 0; i < levels * RgbImage.CHANNELS; i++) {
            table[i] = (byte) (i / RgbImage.CHANNELS * 255 / (levels - 1));
        }
        return table;
    }

    /** Whether the first colours are the grey levels with the numbers of their indices, so that a file need not have given them. */
    static boolean isGreyRamp(byte[] table, int colours) {
        for (int i = 0; i < colours * RgbImage.CHANNELS; i++) {
            if (table[i] != (byte) (i / RgbImage.CHANNELS)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The indices of a row.
     *
     * @param bytes that hold them
     * @param from where the row begins
     * @param bits of an index: 1, 2, 4 or 8; the first is in the high bits of its byte
     * @param columns pixels in the row
     */
    record Indices(byte[] bytes, int from, int bits, int columns) {}

    /**
     * Writes the colours of a row of indices.
     *
     * @param target where the first pixel goes
     * @param step from a pixel to the next, in bytes
     */
    static void lookUp(byte[] table, Indices row, byte[] pixels, int target, int step) {
        int bits = row.bits();
        int columns = row.columns();
        int from = row.from();
        byte[] bytes = row.bytes();
        int perByte = 8 / bits;
        int mask = (1 << bits) - 1;
        int to = target;
        for (int x = 0; x < columns; x++) {
            int shift = 8 - bits - x % perByte * bits;
            int colour = (bytes[from + x / perByte] >> shift & mask) * RgbImage.CHANNELS;
            pixels[to] = table[colour];
            pixels[to + 1] = table[colour + 1];
            pixels[to + 2] = table[colour + 2];
            to += step;
        }
    }
}
