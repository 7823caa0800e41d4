package io.tesserae.training.data;

import io.tesserae.arguments.Arguments;

/**
 * A text and what a classifier is to say of its tokens.
 *
 * @param text the tokens
 * @param labels {@code [tokens]}, ids, {@link LabelSet#IGNORED} where none is asked for; not copied, and not to be changed
 */
public record TokenClassificationExample(EncodedText text, int[] labels) {

    /** Checks that each token has a label. */
    public TokenClassificationExample {
        Arguments.require(text, "text");
        Arguments.require(labels, "labels");
        if (labels.length != text.length()) {
            throw new IllegalArgumentException(text.length() + " tokens have " + labels.length + " labels");
        }
    }
}
