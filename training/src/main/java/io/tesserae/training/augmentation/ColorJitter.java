package io.tesserae.training.augmentation;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.image.RgbImage;

/**
 * Pictures brighter or darker, with more or less contrast and colour, and with other colours; the four changes in a
 * random order: torchvision's {@code ColorJitter}.
 *
 * @param brightness what it is multiplied by; 0 or more
 * @param contrast what it is multiplied by; 0 or more
 * @param saturation what it is multiplied by; 0 or more
 * @param hue by how much of the colour wheel colours are turned; within -0.5 to 0.5
 */
public record ColorJitter(Range brightness, Range contrast, Range saturation, Range hue) implements Augmentation {

    /** Checks the ranges. */
    public ColorJitter {
        requireWithin(brightness, "brightness", 0, Double.MAX_VALUE);
        requireWithin(contrast, "contrast", 0, Double.MAX_VALUE);
        requireWithin(saturation, "saturation", 0, Double.MAX_VALUE);
        requireWithin(hue, "hue", -0.5, 0.5);
    }

    private static void requireWithin(Range range, String name, double least, double most) {
        if (Arguments.require(range, name).from() < least || range.to() > most) {
            throw new IllegalArgumentException(
                    name + ": expected a range within " + least + " to " + most + ", found " + range);
        }
    }

    /**
     * With torchvision's arguments.
     *
     * @param brightness the factor is up to so much more or less than 1, but never below 0; 0 or more
     * @param contrast likewise
     * @param saturation likewise
     * @param hue the turn is up to so much, one way or the other; 0 to 0.5
     */
    public static ColorJitter of(double brightness, double contrast, double saturation, double hue) {
        return new ColorJitter(around1(brightness), around1(contrast), around1(saturation), new Range(-hue, hue));
    }

    private static Range around1(double difference) {
        return new Range(Math.max(0, 1 - difference), 1 + difference);
    }

    @Override
    public RgbImage apply(RgbImage image, RandomNumbers random) {
        int[] order = random.permutation(ColorAdjustment.values().length);
        double[] factors = {random.in(brightness), random.in(contrast), random.in(saturation), random.in(hue)};
        RgbImage changed = image;
        for (int next : order) {
            ColorAdjustment adjustment = ColorAdjustment.values()[next];
            if (!isOff(adjustment)) {
                changed = adjustment.apply(changed, factors[next]);
            }
        }
        return changed;
    }

    /** A range that leaves everything as it is. To go to hues and back would not. */
    private boolean isOff(ColorAdjustment adjustment) {
        return switch (adjustment) {
            case BRIGHTNESS -> isOnly(1, brightness);
            case CONTRAST -> isOnly(1, contrast);
            case SATURATION -> isOnly(1, saturation);
            case HUE -> isOnly(0, hue);
        };
    }

    private static boolean isOnly(double value, Range range) {
        return range.from() == value && range.to() == value;
    }
}
