package io.tesserae.loaders.image;

import java.util.Arrays;

/**
 * GIF, the first frame, laid on the file's canvas as Pillow does: around a frame that is smaller the canvas has the frame's
 * transparent colour, or colour 0 where it has none; a frame that reaches over the edge enlarges the canvas. Transparent
 * pixels show the colour that stands in the palette.
 *
 * <p>Source: GIF89a; Pillow's {@code GifImagePlugin}.
 */
final class GifDecoder {

    private static final int SCREEN_BYTES = 13;
    private static final int FRAME_BYTES = 9;
    private static final int GRAPHIC_CONTROL = 0xF9;

    /** First row and step of each pass. */
    private static final int[][] INTERLACED = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

    private static final int[][] IN_ORDER = {{0, 1}};

    private final ImageBytes file;
    private long at;

    private GifDecoder(ImageBytes file) {
        this.file = file;
    }

    static StoredImage decode(ImageBytes file) {
        return new StoredImage(new GifDecoder(file).firstFrame(), Orientation.AS_STORED);
    }

    private RgbImage firstFrame() {
        int screenWidth = file.shortLittleEndian(6);
        int screenHeight = file.shortLittleEndian(8);
        int flags = file.unsignedByte(10);
        at = SCREEN_BYTES;
        byte[] palette = readPalette(flags, null);
        int background = 0;
        while (true) {
            switch (file.unsignedByte(at++)) {
                case ',' -> {
                    return frame(screenWidth, screenHeight, palette, background);
                }
                case '!' -> background = extension(background);
                case ';' -> throw file.refusal("a GIF without a picture in it");
                default -> {} // bytes between blocks mean nothing, and Pillow minds them as little
            }
        }
    }

    /** Passes over an extension block; if it says which colour is transparent, that colour, else the one known before. */
    private int extension(int background) {
        int label = file.unsignedByte(at++);
        int length = file.unsignedByte(at);
        int transparent = background;
        if (label == GRAPHIC_CONTROL && length > 0 && (file.unsignedByte(at + 1) & 1) != 0) {
            transparent = file.unsignedByte(at + 4);
        }
        for (length = file.unsignedByte(at++); length != 0; length = file.unsignedByte(at++)) {
            file.require(at, length);
            at += length;
        }
        return transparent;
    }

    private RgbImage frame(int screenWidth, int screenHeight, byte[] globalPalette, int background) {
        int left = file.shortLittleEndian(at);
        int top = file.shortLittleEndian(at + 2);
        int width = file.shortLittleEndian(at + 4);
        int height = file.shortLittleEndian(at + 6);
        int flags = file.unsignedByte(at + 8);
        at += FRAME_BYTES;
        file.requireSize(width, height);
        int canvasWidth = Math.max(screenWidth, left + width);
        int canvasHeight = Math.max(screenHeight, top + height);
        file.requireSize(canvasWidth, canvasHeight);

        byte[] palette = readPalette(flags, globalPalette);
        byte[] table = palette == null ? Palette.greyLevels(Palette.COLOURS) : palette;
        // First the data, then the canvas: a file that is refused has asked for no more memory than its length can
        // answer for.
        byte[] indices = GifLzw.unpack(file, at, width, height);
        byte[] canvas = new byte[canvasWidth * canvasHeight * RgbImage.CHANNELS];
        if (width < canvasWidth || height < canvasHeight) {
            Palette.lookUp(
                    table,
                    new Palette.Indices(constant(background, canvasWidth), 0, 8, canvasWidth),
                    canvas,
                    0,
                    RgbImage.CHANNELS);
            int rowBytes = canvasWidth * RgbImage.CHANNELS;
            for (int y = 1; y < canvasHeight; y++) {
                System.arraycopy(canvas, 0, canvas, y * rowBytes, rowBytes);
            }
        }
        int stored = 0;
        for (int[] pass : (flags & 0x40) != 0 ? INTERLACED : IN_ORDER) {
            for (int y = pass[0]; y < height; y += pass[1]) {
                int target = ((top + y) * canvasWidth + left) * RgbImage.CHANNELS;
                Palette.lookUp(
                        table,
                        new Palette.Indices(indices, stored++ * width, 8, width),
                        canvas,
                        target,
                        RgbImage.CHANNELS);
            }
        }
        return new RgbImage(canvasWidth, canvasHeight, canvas);
    }

    /**
     * A table of colours, if the flags say that there is one; else the other. A table that only says that colour 0 is 0 0 0,
     * colour 1 is 1 1 1 and so on does not count, to Pillow, even where it stands before the frame and the other is not such:
     * null then means grey.
     */
    private byte[] readPalette(int flags, byte[] other) {
        if ((flags & 0x80) == 0) {
            return other;
        }
        int colours = 2 << (flags & 7);
        byte[] table = Palette.ofRgb(file.copy(at, (long) colours * RgbImage.CHANNELS));
        at += (long) colours * RgbImage.CHANNELS;
        return Palette.isGreyRamp(table, colours) ? other : table;
    }

    private static byte[] constant(int value, int count) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
