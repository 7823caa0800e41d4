package io.tesserae.loaders.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.function.IntUnaryOperator;

/**
 * From a picture of the JDK to red, green and blue, as Pillow's {@code convert("RGB")} makes them of the same raster: grey is
 * replicated, a palette looked up, alpha dropped. The samples are taken as they are. {@link BufferedImage#getRGB} and the drawing
 * operations would convert them between colour spaces and so change greys and every picture with a profile.
 */
final class RasterColours {

    private static final int NO_BAND = -1;

    private RasterColours() {}

    static RgbImage toRgb(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        if ((long) width * height > ImageBytes.PIXEL_LIMIT) {
            throw new ImageException("a picture of " + width + " x " + height + " pixels; at most "
                    + ImageBytes.PIXEL_LIMIT + " are taken. Scale it down first");
        }
        byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
        Raster raster = image.getRaster();
        ColorModel model = image.getColorModel();
        switch (model) {
            case IndexColorModel indexed -> indices(raster, indexed, pixels);
            case DirectColorModel direct -> packed(raster, direct, pixels);
            case ComponentColorModel component -> components(raster, component, pixels);
            default -> throw unknown(model);
        }
        return new RgbImage(width, height, pixels);
    }

    private static ImageException unknown(ColorModel model) {
        return new ImageException(
                "a picture with the colour model " + model + ": expected grey, RGB or CMYK of 8 or 16 bits, or"
                        + " a palette. Draw it into a BufferedImage.TYPE_3BYTE_BGR first");
    }

    private static void indices(Raster raster, IndexColorModel model, byte[] pixels) {
        int[] colours = new int[model.getMapSize()];
        model.getRGBs(colours);
        int width = raster.getWidth();
        int[] row = new int[width];
        for (int y = 0, to = 0; y < raster.getHeight(); y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
            for (int x = 0; x < width; x++, to += RgbImage.CHANNELS) {
                int colour = row[x] < colours.length ? colours[row[x]] : 0;
                pixels[to] = (byte) (colour >> 16);
                pixels[to + 1] = (byte) (colour >> 8);
                pixels[to + 2] = (byte) colour;
            }
        }
    }

    /** Red, green and blue in one number; what has fewer than 8 bits is stretched to 0 to 255. */
    private static void packed(Raster raster, DirectColorModel model, byte[] pixels) {
        if (model.getColorSpace().getType() != ColorSpace.TYPE_RGB) {
            throw unknown(model);
        }
        components(
                raster,
                pixels,
                new int[] {0, 1, 2},
                channel -> model.getComponentSize(channel),
                model.isAlphaPremultiplied() ? RgbImage.CHANNELS : NO_BAND);
    }

    private static void components(Raster raster, ComponentColorModel model, byte[] pixels) {
        int type = model.getTransferType();
        if (type != DataBuffer.TYPE_BYTE && type != DataBuffer.TYPE_USHORT) {
            throw unknown(model);
        }
        int colours = model.getNumColorComponents();
        int alpha = model.hasAlpha() && model.isAlphaPremultiplied() ? colours : NO_BAND;
        switch (model.getColorSpace().getType()) {
            case ColorSpace.TYPE_GRAY -> {
                if (type == DataBuffer.TYPE_USHORT && !model.hasAlpha()) {
                    clippedGrey(raster, pixels);
                } else {
                    components(raster, pixels, new int[] {0, 0, 0}, model::getComponentSize, alpha);
                }
            }
            case ColorSpace.TYPE_RGB -> components(raster, pixels, new int[] {0, 1, 2}, model::getComponentSize, alpha);
            case ColorSpace.TYPE_CMYK -> {
                if (type != DataBuffer.TYPE_BYTE) {
                    throw unknown(model);
                }
                inks(raster, pixels);
            }
            default -> throw unknown(model);
        }
    }

    /**
     * Takes three bands, which may be the same one three times.
     *
     * @param bands of red, green and blue
     * @param bits of a band's values
     * @param premultipliedBy the band of an alpha that the colours have been multiplied by, and are divided by again
     */
    private static void components(
            Raster raster, byte[] pixels, int[] bands, IntUnaryOperator bits, int premultipliedBy) {
        int width = raster.getWidth();
        int count = raster.getNumBands();
        int[] row = new int[width * count];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
                int from = bands[channel];
                int to = y * width * RgbImage.CHANNELS + channel;
                int sampleBits = bits.applyAsInt(from);
                for (int x = 0; x < width; x++, from += count, to += RgbImage.CHANNELS) {
                    pixels[to] = (byte) eightBits(row[from], sampleBits);
                }
            }
            if (premultipliedBy != NO_BAND) {
                int alphaBits = bits.applyAsInt(premultipliedBy);
                for (int x = 0; x < width; x++) {
                    divide(
                            pixels,
                            (y * width + x) * RgbImage.CHANNELS,
                            eightBits(row[x * count + premultipliedBy], alphaBits));
                }
            }
        }
    }

    private static int eightBits(int sample, int bits) {
        return bits >= 8 ? sample >> bits - 8 : sample * 255 / ((1 << bits) - 1);
    }

    /** Pillow's {@code rgba2rgbA}: nothing to be divided where alpha is 0 or 255. */
    private static void divide(byte[] pixels, int at, int alpha) {
        if (alpha == 0 || alpha == 255) {
            return;
        }
        for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
            pixels[at + channel] = (byte) Math.min(255, (pixels[at + channel] & 0xFF) * 255 / alpha);
        }
    }

    /** 16-bit grey is not scaled but clipped, as in Pillow. */
    private static void clippedGrey(Raster raster, byte[] pixels) {
        int width = raster.getWidth();
        int[] row = new int[width];
        for (int y = 0, to = 0; y < raster.getHeight(); y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
            for (int x = 0; x < width; x++, to += RgbImage.CHANNELS) {
                byte grey = (byte) Math.min(255, row[x]);
                pixels[to] = grey;
                pixels[to + 1] = grey;
                pixels[to + 2] = grey;
            }
        }
    }

    private static void inks(Raster raster, byte[] pixels) {
        int width = raster.getWidth();
        int count = raster.getNumBands();
        int[] row = new int[width * count];
        for (int y = 0, to = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
                    pixels[to++] = JpegColours.underInk(255 - row[x * count + 3], row[x * count + channel]);
                }
            }
        }
    }
}
