package io.tesserae.loaders.image;

import java.util.Arrays;

/**
 * BMP of Windows and OS/2: 1 to 32 bits a pixel, run lengths, masks, from the bottom up or from the top down; alpha is dropped.
 *
 * <p>Source: Pillow's {@code BmpImagePlugin}, down to its ways with broken run lengths: a run that is longer than its row is cut
 * off at the row's end.
 */
final class BmpDecoder {

    /**
     * The layouts of masked pixels that Pillow knows: red, green, blue and alpha mask of 32 bits, then the bytes of the pixel that
     * hold red, green and blue.
     */
    private static final long[][] LAYOUTS_32 = {
        {0xFF0000, 0xFF00, 0xFF, 0, 2, 1, 0},
        {0xFF000000L, 0xFF0000, 0xFF00, 0, 3, 2, 1},
        {0xFF000000L, 0xFF00, 0xFF, 0, 3, 1, 0},
        {0xFF000000L, 0xFF0000, 0xFF00, 0xFF, 3, 2, 1},
        {0xFF, 0xFF00, 0xFF0000, 0xFF000000L, 0, 1, 2},
        {0xFF0000, 0xFF00, 0xFF, 0xFF000000L, 2, 1, 0},
        {0xFF000000L, 0xFF00, 0xFF, 0xFF0000, 3, 1, 0},
        {0, 0, 0, 0, 2, 1, 0}
    };

    private static final int[] BLUE_FIRST = {2, 1, 0};

    private final ImageBytes file;
    private final BmpHeader header;
    private byte[] pixels; // once it is known that they are all there

    private BmpDecoder(ImageBytes file) {
        this.file = file;
        this.header = BmpHeader.read(file);
        switch (header.compression()) {
            case NONE, MASKS -> requirePixels(header.bitsPerPixel());
            case RUN_LENGTH_8, RUN_LENGTH_4 -> requireRunLengths();
        }
    }

    private void makePixels() {
        pixels = new byte[header.width() * header.height() * RgbImage.CHANNELS];
    }

    /** The last row need not be filled up to its stride. */
    private void requirePixels(int bits) {
        file.require(header.pixels(), header.rowStride() * (header.height() - 1) + header.rowBytes(bits));
    }

    private void requireRunLengths() {
        if (header.bitsPerPixel() > 8) {
            throw file.refusal(
                    "run lengths belong to pictures with a palette, found " + header.bitsPerPixel() + " bits a pixel");
        }
        BmpRunLengths.requireWhole(file, header);
    }

    static StoredImage decode(ImageBytes file) {
        BmpDecoder decoder = new BmpDecoder(file);
        switch (decoder.header.compression()) {
            case NONE -> decoder.plain();
            case MASKS -> decoder.masked();
            case RUN_LENGTH_8, RUN_LENGTH_4 -> decoder.runLengths();
        }
        RgbImage image = new RgbImage(decoder.header.width(), decoder.header.height(), decoder.pixels);
        return new StoredImage(image, Orientation.AS_STORED);
    }

    private void plain() {
        switch (header.bitsPerPixel()) {
            case 16 -> sixteenBits(5);
            case 24 -> bytes(3, BLUE_FIRST);
            case 32 -> bytes(4, BLUE_FIRST);
            default -> indices();
        }
    }

    private void masked() {
        long[] masks = header.masks();
        switch (header.bitsPerPixel()) {
            case 32 -> {
                for (long[] layout : LAYOUTS_32) {
                    if (Arrays.equals(masks, 0, 4, layout, 0, 4)) {
                        bytes(4, new int[] {(int) layout[4], (int) layout[5], (int) layout[6]});
                        return;
                    }
                }
                throw unknownMasks();
            }
            case 24 -> {
                requireMasks(0xFF0000, 0xFF00, 0xFF);
                bytes(3, BLUE_FIRST);
            }
            case 16 -> {
                if (masks[1] == 0x7E0) {
                    requireMasks(0xF800, 0x7E0, 0x1F);
                    sixteenBits(6);
                } else {
                    requireMasks(0x7C00, 0x3E0, 0x1F);
                    sixteenBits(5);
                }
            }
            default -> throw unknownMasks();
        }
    }

    private void requireMasks(long red, long green, long blue) {
        long[] masks = header.masks();
        if (masks[0] != red || masks[1] != green || masks[2] != blue) {
            throw unknownMasks();
        }
    }

    private ImageException unknownMasks() {
        StringBuilder found = new StringBuilder();
        for (long mask : header.masks()) {
            found.append(' ').append(Long.toHexString(mask));
        }
        return file.refusal("its " + header.bitsPerPixel() + " bits a pixel are laid out by the masks" + found
                + ", which is none of the usual ways. Save it as PNG");
    }

    // ------------------------------------------------------- uncompressed pixels

    /** The row in the file that is row y of the picture. */
    private int storedRow(int y) {
        return header.topDown() ? y : header.height() - 1 - y;
    }

    private int rowStart(int y) {
        return (int) (header.pixels() + storedRow(y) * header.rowStride());
    }

    private int target(int y) {
        return y * header.width() * RgbImage.CHANNELS;
    }

    private void bytes(int pixelBytes, int[] position) {
        makePixels();
        byte[] from = file.array();
        int red = position[0];
        int green = position[1];
        int blue = position[2];
        for (int y = 0; y < header.height(); y++) {
            int source = rowStart(y);
            int target = target(y);
            for (int x = 0; x < header.width(); x++) {
                pixels[target] = from[source + red];
                pixels[target + 1] = from[source + green];
                pixels[target + 2] = from[source + blue];
                source += pixelBytes;
                target += RgbImage.CHANNELS;
            }
        }
    }

    /** Five bits of red, five or six of green, five of blue, each stretched to 0 to 255. */
    private void sixteenBits(int greenBits) {
        makePixels();
        int greenMask = (1 << greenBits) - 1;
        for (int y = 0; y < header.height(); y++) {
            int source = rowStart(y);
            int target = target(y);
            for (int x = 0; x < header.width(); x++) {
                int pixel = file.shortLittleEndian(source);
                pixels[target] = (byte) ((pixel >> 5 + greenBits & 31) * 255 / 31);
                pixels[target + 1] = (byte) ((pixel >> 5 & greenMask) * 255 / greenMask);
                pixels[target + 2] = (byte) ((pixel & 31) * 255 / 31);
                source += 2;
                target += RgbImage.CHANNELS;
            }
        }
    }

    // ------------------------------------------------------------------- indices

    /** The palette's colours, and how many bits of the pixels Pillow then reads for each. */
    private record Colours(byte[] table, int bits) {}

    /**
     * Pillow throws a palette away that is black and white, or the grey levels by their numbers, and then reads one bit a pixel
     * or eight, whatever the file has. That is right for files of one and eight bits, where such palettes occur.
     */
    private Colours colours() {
        long wanted = (long) header.paletteEntryBytes() * header.colours();
        long present = Math.clamp(file.length() - header.palette(), 0, wanted);
        byte[] table = Palette.ofBgr(file.copy(header.palette(), present), header.paletteEntryBytes());
        if (present < wanted) {
            return new Colours(table, header.bitsPerPixel());
        }
        if (header.colours() == 2 && Arrays.equals(table, Palette.greyLevels(2))) {
            return new Colours(table, 1);
        }
        if (header.colours() != 2 && Palette.isGreyRamp(table, header.colours())) {
            return new Colours(Palette.greyLevels(Palette.COLOURS), 8);
        }
        return new Colours(table, header.bitsPerPixel());
    }

    private void indices() {
        Colours colours = colours();
        if (header.rowBytes(colours.bits()) > header.rowStride()) {
            throw file.refusal("a palette of " + header.colours() + " grey levels takes 8 bits a pixel, found "
                    + header.bitsPerPixel());
        }
        requirePixels(colours.bits());
        makePixels();
        for (int y = 0; y < header.height(); y++) {
            Palette.lookUp(
                    colours.table(),
                    new Palette.Indices(file.array(), rowStart(y), colours.bits(), header.width()),
                    pixels,
                    target(y),
                    RgbImage.CHANNELS);
        }
    }

    private void runLengths() {
        Colours colours = colours();
        if (colours.bits() == 1 && header.colours() == 2 && Arrays.equals(colours.table(), Palette.greyLevels(2))) {
            throw file.refusal("run lengths with a palette of black and white alone are not read. Save it as PNG");
        }
        byte[] indices = BmpRunLengths.unpack(file, header);
        makePixels();
        for (int y = 0; y < header.height(); y++) {
            int from = storedRow(y) * header.width();
            Palette.lookUp(
                    colours.table(),
                    new Palette.Indices(indices, from, 8, header.width()),
                    pixels,
                    target(y),
                    RgbImage.CHANNELS);
        }
    }
}
