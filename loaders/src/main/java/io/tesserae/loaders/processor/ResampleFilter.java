package io.tesserae.loaders.processor;

/**
 * The filters of Pillow's {@code Image.resize}, in the order of its numbers, which {@code preprocessor_config.json} uses
 * as {@code resample}.
 *
 * <p>A filter says what a source pixel weighs by its distance from where the new pixel lies. When a picture shrinks, the
 * distance is measured in new pixels, so that every source pixel counts; when it grows, in source pixels.
 *
 * @see <a href="https://github.com/python-pillow/Pillow/blob/main/src/libImaging/Resample.c">Resample.c of Pillow</a>
 */
public enum ResampleFilter {
    /** The one pixel that lies there; nothing is weighed. */
    NEAREST(0) {
        @Override
        double weight(double distance) {
            throw new UnsupportedOperationException("the nearest pixel is copied, not weighed");
        }
    },
    /** A sinc, windowed by the middle lobe of another that is three times as wide. */
    LANCZOS(3) {
        @Override
        double weight(double distance) {
            return -3 <= distance && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0;
        }
    },
    /** A triangle: linear interpolation where a picture grows. */
    BILINEAR(1) {
        @Override
        double weight(double distance) {
            double x = Math.abs(distance);
            return x < 1 ? 1 - x : 0;
        }
    },
    /** Keys' cubic convolution with a = −½. */
    BICUBIC(2) {
        @Override
        double weight(double distance) {
            double a = -0.5;
            double x = Math.abs(distance);
            if (x < 1) {
                return ((a + 2) * x - (a + 3)) * x * x + 1;
            }
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
        }
    },
    /** The plain mean of the pixels that a new one covers. */
    BOX(0.5) {
        @Override
        double weight(double distance) {
            return -0.5 < distance && distance <= 0.5 ? 1 : 0;
        }
    },
    /** As wide as the triangle and as sharp as the cubic: a sinc in a Hamming window, whose constants Pillow has as floats. */
    HAMMING(1) {
        @Override
        double weight(double distance) {
            double x = Math.abs(distance);
            return x < 1 ? sinc(x) * (0.54f + 0.46f * StrictMath.cos(x * Math.PI)) : 0;
        }
    };

    private final double support;

    ResampleFilter(double support) {
        this.support = support;
    }

    /**
     * The filter by Pillow's number.
     *
     * @throws IllegalArgumentException if there is no such number
     */
    public static ResampleFilter of(int number) {
        if (number < 0 || number >= values().length) {
            throw new IllegalArgumentException("resample: expected a filter's number from 0 (nearest) to "
                    + (values().length - 1) + " (hamming), found " + number);
        }
        return values()[number];
    }

    /** The distance beyond which nothing weighs anything. */
    double support() {
        return support;
    }

    /**
     * The weight of a pixel, before all weights are divided by their sum.
     *
     * @param distance of the source pixel's centre from the new pixel's, in the greater of the two pixels' widths
     */
    abstract double weight(double distance);

    /** {@code sin πx / πx}; StrictMath's sine, because {@link Math#sin} may differ from machine to machine. */
    private static double sinc(double x) {
        if (x == 0) {
            return 1;
        }
        double angle = x * Math.PI;
        return StrictMath.sin(angle) / angle;
    }
}
