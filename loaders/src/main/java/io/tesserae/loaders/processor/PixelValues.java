package io.tesserae.loaders.processor;

import static io.tesserae.loaders.image.RgbImage.CHANNELS;

import io.tesserae.loaders.image.RgbImage;
import java.util.Arrays;
import java.util.List;

/**
 * From bytes to the floats that a model is fed: rescaled, then normalised. There are so few different bytes that each is
 * computed once, here.
 *
 * <p>The reference rescales in float64 and rounds to float32, where it then subtracts and divides.
 */
final class PixelValues {

    private static final int VALUES = 256;

    /** {@code [channel][0..255]}. */
    private final float[][] values = new float[CHANNELS][VALUES];

    /**
     * The values of all bytes.
     *
     * @param mean for each channel
     * @param standardDeviation for each channel
     */
    PixelValues(double rescaleFactor, List<Double> mean, List<Double> standardDeviation) {
        for (int channel = 0; channel < CHANNELS; channel++) {
            float subtracted = mean.get(channel).floatValue();
            float divisor = standardDeviation.get(channel).floatValue();
            for (int value = 0; value < VALUES; value++) {
                float rescaled = (float) (value * rescaleFactor);
                values[channel][value] = (rescaled - subtracted) / divisor;
            }
        }
    }

    /**
     * Checks that there is a number for each channel, and that all results are numbers.
     *
     * @throws IllegalArgumentException if not
     */
    static void check(double rescaleFactor, List<Double> mean, List<Double> standardDeviation) {
        if (mean.size() != CHANNELS || standardDeviation.size() != CHANNELS) {
            throw new IllegalArgumentException("mean and standard deviation have " + CHANNELS + " values each, found "
                    + mean.size() + " and " + standardDeviation.size());
        }
        if (!isFloat(rescaleFactor) || !mean.stream().allMatch(PixelValues::isFloat)) {
            throw new IllegalArgumentException(
                    "rescale factor and mean are finite floats, found " + rescaleFactor + " and " + mean);
        }
        if (!standardDeviation.stream().allMatch(value -> isFloat(value) && value.floatValue() != 0)) {
            throw new IllegalArgumentException(
                    "the standard deviation is a finite float other than zero, found " + standardDeviation);
        }
    }

    private static boolean isFloat(double value) {
        return Float.isFinite((float) value);
    }

    /**
     * From bytes, channels side by side, to floats, channel after channel.
     *
     * @param part which of the picture's pixels; where it reaches over the edge there is black
     * @param pixels receives {@code [3, part's height, part's width]} from {@code offset} on
     */
    void write(RgbImage image, Window part, float[] pixels, int offset) {
        Window visible = part.within(new ImageSize(image.width(), image.height()));
        int left = visible.left() - part.left();
        int right = visible.right() - part.left();
        byte[] bytes = image.pixels();
        for (int channel = 0; channel < CHANNELS; channel++) {
            float[] ofChannel = values[channel];
            for (int y = 0; y < part.height(); y++) {
                int row = offset + (channel * part.height() + y) * part.width();
                int source = part.top() + y;
                if (source < visible.top() || source >= visible.bottom()) {
                    Arrays.fill(pixels, row, row + part.width(), ofChannel[0]);
                    continue;
                }
                Arrays.fill(pixels, row, row + left, ofChannel[0]);
                int from = (source * image.width() + visible.left()) * CHANNELS + channel;
                for (int x = left; x < right; x++, from += CHANNELS) {
                    pixels[row + x] = ofChannel[bytes[from] & 0xFF];
                }
                Arrays.fill(pixels, row + right, row + part.width(), ofChannel[0]);
            }
        }
    }
}
