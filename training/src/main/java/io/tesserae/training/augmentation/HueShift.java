package io.tesserae.training.augmentation;

import static io.tesserae.loaders.image.RgbImage.CHANNELS;

import io.tesserae.loaders.image.RgbImage;

/**
 * Turns the colours of a picture along the colour wheel, as torchvision's {@code adjust_hue} does with 8-bit
 * pictures: to Pillow's mode {@code HSV} and back, hue, saturation and value a byte each, so that a turn by nothing
 * changes colours a little, too. Both conversions mix float32 and float64 as Pillow's {@code Convert.c} does.
 */
final class HueShift {

    private HueShift() {}

    /** @param factor how far, -0.5 to 0.5 turns */
    static RgbImage of(RgbImage image, double factor) {
        int shift = (int) (factor * 255);
        byte[] source = image.pixels();
        byte[] pixels = new byte[source.length];
        for (int at = 0; at < source.length; at += CHANNELS) {
            int red = source[at] & 0xFF;
            int green = source[at + 1] & 0xFF;
            int blue = source[at + 2] & 0xFF;
            int value = Math.max(red, Math.max(green, blue));
            int range = value - Math.min(red, Math.min(green, blue));
            int hue = range == 0 ? 0 : hue(red, green, blue, value, range);
            int saturation = range == 0 ? 0 : (int) ((float) range / value * 255.0);
            write(hue + shift & 0xFF, saturation, value, pixels, at);
        }
        return new RgbImage(image.width(), image.height(), pixels);
    }

    /** Where on the colour wheel, 0 to 255: after Python's {@code colorsys}. */
    private static int hue(int red, int green, int blue, int value, int range) {
        float fromRed = (float) (value - red) / range;
        float fromGreen = (float) (value - green) / range;
        float fromBlue = (float) (value - blue) / range;
        float sixths;
        if (red == value) {
            sixths = fromBlue - fromGreen;
        } else if (green == value) {
            sixths = (float) (2.0 + fromRed - fromBlue);
        } else {
            sixths = (float) (4.0 + fromGreen - fromRed);
        }
        float turns = (float) ((sixths / 6.0 + 1.0) % 1.0);
        return (int) (turns * 255.0);
    }

    private static void write(int hue, int saturation, int value, byte[] pixels, int at) {
        int sixth = (int) ((float) hue * 6.0 / 255.0);
        float rest = (float) ((float) hue * 6.0 / 255.0 - sixth);
        float share = (float) (saturation / 255.0);
        int least = rounded(value * (1.0 - share));
        int falling = rounded(value * (1.0 - share * rest));
        int rising = rounded(value * (1.0 - share * (1.0 - rest)));
        switch (sixth % 6) {
            case 0 -> write(pixels, at, value, rising, least);
            case 1 -> write(pixels, at, falling, value, least);
            case 2 -> write(pixels, at, least, value, rising);
            case 3 -> write(pixels, at, least, falling, value);
            case 4 -> write(pixels, at, rising, least, value);
            default -> write(pixels, at, value, least, falling);
        }
    }

    /** Halves away from zero, as C's {@code round}. */
    private static int rounded(double value) {
        return (int) (value + 0.5);
    }

    private static void write(byte[] pixels, int at, int red, int green, int blue) {
        pixels[at] = (byte) red;
        pixels[at + 1] = (byte) green;
        pixels[at + 2] = (byte) blue;
    }
}
