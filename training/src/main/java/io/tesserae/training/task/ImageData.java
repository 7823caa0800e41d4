package io.tesserae.training.task;

import io.tesserae.arguments.Arguments;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The pictures of a task that classifies them: folders with a folder for each label.
 *
 * @param train what it is trained with
 * @param eval what it is evaluated with; empty for nothing
 * @param augment whether a random part of each picture is taken for training, and every second one mirrored; else pictures are prepared
 *     as the model is used
 */
public record ImageData(Path train, Optional<Path> eval, boolean augment) {

    /** Checks that none is null. */
    public ImageData {
        Arguments.require(train, "train");
        Arguments.require(eval, "eval");
    }

    /** Folders whose pictures are augmented for training. */
    public static ImageData of(Path train, Path eval) {
        return new ImageData(train, Optional.of(eval), true);
    }
}
