package io.tesserae.training.augmentation;

import static io.tesserae.loaders.image.RgbImage.CHANNELS;

import io.tesserae.loaders.image.RgbImage;

/**
 * A mean of neighbours, along rows and then along columns; three such in a row are close to a Gaussian. Byte for byte
 * what Pillow does, with 8-bit values between the passes: Gwosdek et al., <i>Theoretical foundations of Gaussian
 * convolution by extended box filtering</i>, 2011.
 *
 * <p>The box reaches {@code radius} whole pixels to both sides, and into one more pixel at each end by the radius's
 * fraction. Beyond an edge the pixel at the edge repeats. Weights are fixed point of 24 bits.
 */
final class BoxBlur {

    /** Pillow takes more, but sums of wider boxes leave 32 bits, and no training blurs so much. */
    static final double GREATEST_DEVIATION = 100;

    private static final int PASSES = 3;
    private static final int FRACTION_BITS = 24;

    private final int radius;
    private final int wholeWeight;
    private final int endWeight;

    private BoxBlur(float boxRadius) {
        radius = (int) boxRadius;
        wholeWeight = (int) ((1 << FRACTION_BITS) / (boxRadius * 2 + 1));
        endWeight = ((1 << FRACTION_BITS) - (radius * 2 + 1) * wholeWeight) / 2;
    }

    /** @param deviation the Gaussian's standard deviation in pixels, 0 to {@link #GREATEST_DEVIATION} */
    static RgbImage gaussian(RgbImage image, double deviation) {
        float boxRadius = boxRadius((float) deviation);
        if (boxRadius == 0) {
            return image;
        }
        BoxBlur blur = new BoxBlur(boxRadius);
        int rowBytes = image.width() * CHANNELS;
        byte[] pixels = image.pixels().clone();
        for (int y = 0; y < image.height(); y++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                blur.line(pixels, y * rowBytes + channel, CHANNELS, image.width());
            }
        }
        for (int column = 0; column < rowBytes; column++) {
            blur.line(pixels, column, rowBytes, image.height());
        }
        return new RgbImage(image.width(), image.height(), pixels);
    }

    /**
     * The radius of boxes, three of which have the Gaussian's variance. In float32 and float64 as Pillow's {@code
     * BoxBlur.c}.
     */
    private static float boxRadius(float deviation) {
        float variance = deviation * deviation / PASSES;
        float length = (float) Math.sqrt(12.0 * variance + 1.0);
        float whole = (float) Math.floor((length - 1.0) / 2.0);
        float fraction = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance);
        fraction /= 6 * (variance - (whole + 1) * (whole + 1));
        return whole + fraction;
    }

    /** Blurs the bytes of one channel of a row or a column, {@code stride} apart. */
    private void line(byte[] pixels, int offset, int stride, int length) {
        int[] from = new int[length];
        int[] to = new int[length];
        for (int i = 0; i < length; i++) {
            from[i] = pixels[offset + i * stride] & 0xFF;
        }
        for (int pass = 0; pass < PASSES; pass++) {
            blur(from, to);
            int[] free = from;
            from = to;
            to = free;
        }
        for (int i = 0; i < length; i++) {
            pixels[offset + i * stride] = (byte) from[i];
        }
    }

    private void blur(int[] from, int[] to) {
        int last = from.length - 1;
        int sum = 0; // of the whole pixels around -1
        for (int i = -1 - radius; i < radius; i++) {
            sum += from[Math.clamp(i, 0, last)];
        }
        for (int i = 0; i <= last; i++) {
            int left = from[Math.max(0, i - radius - 1)];
            sum += from[Math.min(last, i + radius)] - left;
            int right = from[Math.min(last, i + radius + 1)];
            int weighted = sum * wholeWeight + (left + right) * endWeight; // below 2^32
            to[i] = weighted + (1 << FRACTION_BITS - 1) >>> FRACTION_BITS;
        }
    }
}
