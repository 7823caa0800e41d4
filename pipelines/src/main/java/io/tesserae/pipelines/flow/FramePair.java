package io.tesserae.pipelines.flow;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.task.ImageInput;
import java.nio.file.Path;

/**
 * A picture and the next one, of one size: two frames of a film.
 *
 * @param first whose pixels are followed
 * @param second where they are looked for
 */
public record FramePair(ImageInput first, ImageInput second) {

    /** Checks that both are there. */
    public FramePair {
        Arguments.require(first, "first");
        Arguments.require(second, "second");
    }

    /** Two files. */
    public static FramePair of(Path first, Path second) {
        return new FramePair(ImageInput.of(first), ImageInput.of(second));
    }
}
