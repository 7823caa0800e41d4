package io.tesserae.pipelines.generation;

import io.tesserae.loaders.image.RgbImage;
import io.tesserae.pipelines.task.ImageInput;

/** A picture that is kept when it is read, for whoever draws on it afterwards. */
final class WatchedImage {

    private final ImageInput original;
    private volatile RgbImage image; // null until it is read

    WatchedImage(ImageInput original) {
        this.original = original;
    }

    /** What reads the same. */
    ImageInput input() {
        return new ImageInput(original.name(), () -> image = original.reader().get());
    }

    /** The picture, once it is read. */
    RgbImage image() {
        return image;
    }

    String name() {
        return original.name();
    }
}
