package io.tesserae.training.augmentation;

import io.tesserae.loaders.image.RgbImage;

/**
 * Some pictures without their colours: torchvision's {@code RandomGrayscale}.
 *
 * @param probability of that, 0 to 1
 */
public record RandomGrayscale(double probability) implements Augmentation {

    /** Checks the probability. */
    public RandomGrayscale {
        RandomNumbers.requireProbability(probability);
    }

    @Override
    public RgbImage apply(RgbImage image, RandomNumbers random) {
        return random.chance(probability) ? Grayscale.of(image) : image;
    }
}
