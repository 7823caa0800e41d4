package io.tesserae.training.augmentation;

import static io.tesserae.loaders.image.RgbImage.CHANNELS;

import io.tesserae.loaders.image.RgbImage;

/**
 * Some pictures as in a mirror, left and right exchanged: torchvision's {@code RandomHorizontalFlip}.
 *
 * @param probability of the flip, 0 to 1
 */
public record RandomHorizontalFlip(double probability) implements Augmentation {

    /** Checks the probability. */
    public RandomHorizontalFlip {
        RandomNumbers.requireProbability(probability);
    }

    @Override
    public RgbImage apply(RgbImage image, RandomNumbers random) {
        return random.chance(probability) ? flipped(image) : image;
    }

    static RgbImage flipped(RgbImage image) {
        int width = image.width();
        byte[] source = image.pixels();
        byte[] pixels = new byte[source.length];
        for (int row = 0; row < image.height() * width; row += width) {
            for (int x = 0; x < width; x++) {
                int from = (row + x) * CHANNELS;
                int to = (row + width - 1 - x) * CHANNELS;
                pixels[to] = source[from];
                pixels[to + 1] = source[from + 1];
                pixels[to + 2] = source[from + 2];
            }
        }
        return new RgbImage(width, image.height(), pixels);
    }
}
