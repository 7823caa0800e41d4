package io.tesserae.pipelines.drawing;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Pixels to draw on, as {@code 0xRRGGBB}. What reaches over the edge is cut off.
 *
 * <p>Plain arithmetic on an array and not {@code Graphics2D}, which wants a display or fonts on some machines.
 */
public final class Canvas {

    public final int width;
    public final int height;

    /** {@code [height, width]}. */
    private final int[] pixels;

    public Canvas(int width, int height) {
        this.width = width;
        this.height = height;
        this.pixels = new int[Math.multiplyExact(width, height)];
    }

    public int get(int x, int y) {
        return pixels[index(x, y)];
    }

    public void set(int x, int y, int rgb) {
        pixels[index(x, y)] = rgb;
    }

    private int index(int x, int y) {
        Objects.checkIndex(x, width);
        return Objects.checkIndex(y, height) * width + x;
    }

    /** Covers a pixel with so much of a colour, 0 to 1. */
    public void blend(int x, int y, int rgb, double coverage) {
        if (x >= 0 && x < width && y >= 0 && y < height) {
            set(x, y, mix(get(x, y), rgb, coverage));
        }
    }

    public void fill(int left, int top, int fillWidth, int fillHeight, int rgb) {
        int from = Math.clamp(left, 0, width);
        int to = Math.clamp((long) left + fillWidth, from, width);
        for (int y = Math.max(0, top); y < Math.min((long) height, (long) top + fillHeight); y++) {
            Arrays.fill(pixels, y * width + from, y * width + to, rgb);
        }
    }

    public void draw(Canvas other, int left, int top) {
        for (int y = 0; y < other.height; y++) {
            for (int x = 0; x < other.width; x++) {
                blend(left + x, top + y, other.get(x, y), 1);
            }
        }
    }

    /** From one colour, at 0, to another, at 1. */
    public static int mix(int from, int to, double amount) {
        return mixChannel(from, to, amount, 16) | mixChannel(from, to, amount, 8) | mixChannel(from, to, amount, 0);
    }

    private static int mixChannel(int from, int to, double amount, int shift) {
        int start = from >> shift & 0xFF;
        int end = to >> shift & 0xFF;
        return (int) Math.round(start + (end - start) * amount) << shift;
    }

    /** The grey that is as bright (the luma of ITU-R BT.601). */
    public static int grey(int rgb) {
        int luma = (299 * (rgb >> 16 & 0xFF) + 587 * (rgb >> 8 & 0xFF) + 114 * (rgb & 0xFF) + 500) / 1000;
        return luma * 0x010101;
    }

    /** The bytes of a PNG file, 8-bit RGB. */
    public byte[] toPng() throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, width, height, pixels, 0, width);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // In memory: the cache that ImageIO takes by itself is a file.
        try (var stream = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(image, "png", stream)) {
                throw new IOException(
                        "this Java runtime has no writer for PNG files; use one with the whole java.desktop");
            }
        }
        return bytes.toByteArray();
    }
}
