package io.tesserae.pipelines.sentence;

import io.tesserae.arguments.Arguments;

/**
 * A text for late interaction, which is read differently on the two sides.
 *
 * @param text the text
 * @param isQuery whether it is what is asked for; else it is a document that may fit
 */
public record LateInteractionText(String text, boolean isQuery) {

    /** Checks that there is one. */
    public LateInteractionText {
        Arguments.require(text, "text");
    }

    /** What is asked for. */
    public static LateInteractionText query(String text) {
        return new LateInteractionText(text, true);
    }

    /** What may fit. */
    public static LateInteractionText document(String text) {
        return new LateInteractionText(text, false);
    }
}
