package io.tesserae.training.augmentation;

import io.tesserae.arguments.Arguments;
import io.tesserae.loaders.image.RgbImage;
import java.util.List;

/**
 * A random change of a picture. It has no state: the same picture and the same numbers give the same bytes. What it
 * is given it leaves as it is, and may give back where nothing changes.
 */
@FunctionalInterface
public interface Augmentation {

    /**
     * Changes a picture.
     *
     * @param random where its random numbers come from; it takes as many as it needs
     */
    RgbImage apply(RgbImage image, RandomNumbers random);

    /** One change after the other: torchvision's {@code Compose}. */
    static Augmentation inOrder(List<? extends Augmentation> steps) {
        List<Augmentation> all = List.copyOf(Arguments.requireAll(steps, "steps"));
        return (image, random) -> {
            RgbImage changed = image;
            for (Augmentation step : all) {
                changed = step.apply(changed, random);
            }
            return changed;
        };
    }

    /**
     * This change for some pictures, and none for the others: torchvision's {@code RandomApply}.
     *
     * @param probability of the change, 0 to 1
     */
    default Augmentation withProbability(double probability) {
        RandomNumbers.requireProbability(probability);
        return (image, random) -> random.chance(probability) ? apply(image, random) : image;
    }
}
