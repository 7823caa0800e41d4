package io.tesserae.loaders.processor;

import static io.tesserae.loaders.image.RgbImage.CHANNELS;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.image.RgbImage;
import java.util.Arrays;
import java.util.List;

/**
 * From bytes to the floats that a model is fed, where they are rescaled before the picture is resized, and nothing is rounded to a byte
 * between or after. The picture is resized first across, then down, as PyTorch's {@code interpolate} does it with antialiasing, which
 * torchvision calls for pictures of floats: in its float32 steps, but for how the products of a sum are rounded.
 *
 * @param rescaled {@code [256]}, what is resized of each byte
 * @param mean what is then subtracted, for red, green and blue
 * @param standardDeviation what the difference is divided by
 * @param filter the triangle or the cubic
 * @param engine whose threads share the rows
 */
record SmoothPixelValues(
        float[] rescaled, float[] mean, float[] standardDeviation, ResampleFilter filter, Engine engine) {

    private static final int VALUES = 256;

    static SmoothPixelValues of(ImageProcessorConfig config, Engine engine) {
        float[] rescaled = new float[VALUES];
        for (int value = 0; value < VALUES; value++) {
            rescaled[value] = value * (float) config.rescaleFactor();
        }
        return new SmoothPixelValues(
                rescaled, floats(config.mean()), floats(config.standardDeviation()), config.resample(), engine);
    }

    private static float[] floats(List<Double> values) {
        float[] floats = new float[CHANNELS];
        for (int channel = 0; channel < CHANNELS; channel++) {
            floats[channel] = values.get(channel).floatValue();
        }
        return floats;
    }

    /**
     * Which source pixels make up one new pixel.
     *
     * @param first the first of them
     * @param weights of each
     */
    private record Point(int first, float[] weights) {

        static Point of(ResampleFilter filter, int from, int to, int point) {
            float step = (float) from / to;
            float support = (float) filter.support() * Math.max(step, 1);
            float shrink = step >= 1 ? 1 / step : 1;
            float centre = step * (point + 0.5f);
            // Floats are far apart where a picture has millions of columns: one of them is always taken
            int first = Math.clamp((int) (centre - support + 0.5f), 0, from - 1);
            float[] weights = new float[Math.max(Math.min((int) (centre + support + 0.5f), from) - first, 1)];
            float total = 0;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) filter.weight((first + i - centre + 0.5f) * shrink);
                total += weights[i];
            }
            for (int i = 0; i < weights.length; i++) {
                weights[i] = total == 0 ? 1f / weights.length : weights[i] / total;
            }
            return new Point(first, weights);
        }

        static Point[] all(ResampleFilter filter, int from, int to) {
            Point[] points = new Point[to];
            for (int point = 0; point < to; point++) {
                // torchvision leaves an axis alone that stays as it is, and so does a weight of one
                points[point] = from == to ? new Point(point, new float[] {1}) : of(filter, from, to, point);
            }
            return points;
        }
    }

    /**
     * The values of a picture.
     *
     * @param size that it is brought to
     * @param pixels receives {@code [3, height, width]} from {@code offset} on
     * @throws IllegalArgumentException if the picture is so high that one Java array cannot hold its rows once they are as wide as the size
     */
    void write(RgbImage image, ImageSize size, float[] pixels, int offset) {
        int width = size.width();
        float[] narrow = across(image, width); // [3, the picture's height, width]
        Point[] rows = Point.all(filter, image.height(), size.height());
        engine.machine().workers().run(size.height(), (y, _) -> {
            Point row = rows[y];
            for (int channel = 0; channel < CHANNELS; channel++) {
                int from = (channel * image.height() + row.first) * width;
                int to = offset + (channel * size.height() + y) * width;
                blend(row.weights, narrow, from, width, pixels, to);
                for (int x = 0; x < width; x++) {
                    pixels[to + x] = (pixels[to + x] - mean[channel]) / standardDeviation[channel];
                }
            }
        });
    }

    /** A new row: old ones times their weights, added up from zero. */
    private static void blend(float[] weights, float[] rows, int from, int width, float[] row, int to) {
        Arrays.fill(row, to, to + width, 0f);
        for (int i = 0; i < weights.length; i++) {
            for (int x = 0; x < width; x++) {
                row[to + x] = Math.fma(weights[i], rows[from + i * width + x], row[to + x]);
            }
        }
    }

    /** {@code [3, the picture's height, width]}. */
    private float[] across(RgbImage image, int width) {
        long values = (long) CHANNELS * image.height() * width;
        if (values > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("a picture of " + image.width() + " x " + image.height()
                    + " pixels is too high to be resized in floats: " + values
                    + " of them are more than a Java array can hold. Crop it, or scale it down first");
        }
        float[] narrow = new float[(int) values];
        Point[] columns = Point.all(filter, image.width(), width);
        engine.machine().workers().run(image.height(), (y, _) -> {
            for (int x = 0; x < width; x++) {
                Point column = columns[x];
                int from = (y * image.width() + column.first) * CHANNELS;
                for (int channel = 0; channel < CHANNELS; channel++) {
                    float sum = 0;
                    for (int i = 0; i < column.weights.length; i++) {
                        int value = image.pixels()[from + i * CHANNELS + channel] & 0xFF;
                        sum = Math.fma(column.weights[i], rescaled[value], sum);
                    }
                    narrow[(channel * image.height() + y) * width + x] = sum;
                }
            }
        });
        return narrow;
    }
}
