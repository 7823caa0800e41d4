package io.tesserae.pipelines.generation;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.task.ImageInput;
import java.nio.file.Path;

/**
 * A picture, and a question about it.
 *
 * @param image the picture
 * @param question the question
 */
public record ImageQuestion(ImageInput image, String question) {

    /** Checks that both are there. */
    public ImageQuestion {
        Arguments.require(image, "image");
        Arguments.require(question, "question");
    }

    /** A picture in a file, and a question about it. */
    public static ImageQuestion of(Path file, String question) {
        return new ImageQuestion(ImageInput.of(file), question);
    }
}
