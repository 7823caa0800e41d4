package io.tesserae.pipelines.task;

import io.tesserae.arguments.Arguments;
import java.util.Optional;

/**
 * A text, or a pair of texts that the model judges together.
 *
 * @param text the text, or the first of the pair
 * @param textPair the second
 */
public record TextInput(String text, Optional<String> textPair) {

    /** Checks that there is a text; it may be empty. */
    public TextInput {
        Arguments.require(text, "text");
        Arguments.require(textPair, "textPair");
    }

    /** One text. */
    public static TextInput of(String text) {
        return new TextInput(text, Optional.empty());
    }

    /** A pair. */
    public static TextInput of(String text, String textPair) {
        return new TextInput(text, Optional.of(Arguments.require(textPair, "textPair")));
    }
}
