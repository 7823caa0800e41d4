package io.tesserae.training.augmentation;

import static io.tesserae.loaders.image.RgbImage.CHANNELS;

import io.tesserae.loaders.image.RgbImage;

/** How bright pixels are: Pillow's conversion to mode {@code L}, the luma of ITU-R BT.601 in fixed point of 16 bits. */
final class Grayscale {

    private Grayscale() {}

    /** Without its colours, {@code convert("L").convert("RGB")}. */
    static RgbImage of(RgbImage image) {
        byte[] source = image.pixels();
        byte[] pixels = new byte[source.length];
        for (int at = 0; at < source.length; at += CHANNELS) {
            byte luma = (byte) luma(source, at);
            pixels[at] = luma;
            pixels[at + 1] = luma;
            pixels[at + 2] = luma;
        }
        return new RgbImage(image.width(), image.height(), pixels);
    }

    /** The mean of all pixels' luma. */
    static double mean(RgbImage image) {
        long sum = 0;
        for (int at = 0; at < image.pixels().length; at += CHANNELS) {
            sum += luma(image.pixels(), at);
        }
        return (double) sum / ((long) image.width() * image.height());
    }

    private static int luma(byte[] pixels, int at) {
        int red = pixels[at] & 0xFF;
        int green = pixels[at + 1] & 0xFF;
        int blue = pixels[at + 2] & 0xFF;
        return red * 19595 + green * 38470 + blue * 7471 + 0x8000 >> 16;
    }
}
