package io.tesserae.pipelines.generation;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.task.ImageInput;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A picture, and how the text about it is to begin.
 *
 * @param image the picture
 * @param prompt the beginning; empty: what the options say
 */
public record PromptedImage(ImageInput image, Optional<String> prompt) {

    /** Checks that both are there. */
    public PromptedImage {
        Arguments.require(image, "image");
        Arguments.require(prompt, "prompt");
    }

    /** A picture alone. */
    public static PromptedImage of(ImageInput image) {
        return new PromptedImage(image, Optional.empty());
    }

    /** A picture in a file, alone. */
    public static PromptedImage of(Path file) {
        return of(ImageInput.of(file));
    }

    /** A picture and the beginning of a text. */
    public static PromptedImage of(ImageInput image, String prompt) {
        return new PromptedImage(image, Optional.of(Arguments.require(prompt, "prompt")));
    }
}
