package io.tesserae.training.augmentation;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.image.RgbImage;

/**
 * Some pictures out of focus: Pillow's {@code ImageFilter.GaussianBlur}, with a random radius.
 *
 * @param probability of the blur, 0 to 1
 * @param radius the standard deviation in pixels, 0 or more; DINO's is from 0.1 to 2
 */
public record GaussianBlur(double probability, Range radius) implements Augmentation {

    /** Checks the probability and the radius. */
    public GaussianBlur {
        RandomNumbers.requireProbability(probability);
        if (Arguments.require(radius, "radius").from() < 0 || radius.to() > BoxBlur.GREATEST_DEVIATION) {
            throw new IllegalArgumentException("radius: expected a range within 0 to " + BoxBlur.GREATEST_DEVIATION
                    + ", found " + radius.from() + " to " + radius.to());
        }
    }

    /** DINO's: up to two pixels. */
    public static GaussianBlur upTo2(double probability) {
        return new GaussianBlur(probability, new Range(0.1, 2));
    }

    @Override
    public RgbImage apply(RgbImage image, RandomNumbers random) {
        return random.chance(probability) ? BoxBlur.gaussian(image, random.in(radius)) : image;
    }
}
