package io.tesserae.training.augmentation;

import io.tesserae.loaders.image.RgbImage;

/**
 * Some pictures with their bright values inverted: Pillow's {@code ImageOps.solarize}, torchvision's {@code
 * RandomSolarize}.
 *
 * @param probability of that, 0 to 1
 * @param threshold values below it stay as they are, 0 to 256; Pillow's and DINO's is 128
 */
public record Solarize(double probability, int threshold) implements Augmentation {

    /** Checks the probability and the threshold. */
    public Solarize {
        RandomNumbers.requireProbability(probability);
        if (threshold < 0 || threshold > 256) {
            throw new IllegalArgumentException("threshold: expected a number from 0 to 256, found " + threshold);
        }
    }

    /** DINO's: from 128 on. */
    public static Solarize upperHalf(double probability) {
        return new Solarize(probability, 128);
    }

    @Override
    public RgbImage apply(RgbImage image, RandomNumbers random) {
        return random.chance(probability) ? solarized(image) : image;
    }

    RgbImage solarized(RgbImage image) {
        byte[] pixels = image.pixels().clone();
        for (int at = 0; at < pixels.length; at++) {
            int value = pixels[at] & 0xFF;
            if (value >= threshold) {
                pixels[at] = (byte) (255 - value);
            }
        }
        return new RgbImage(image.width(), image.height(), pixels);
    }
}
