package io.tesserae.training.data;

import io.tesserae.arguments.Arguments;
import io.tesserae.training.data.table.Origin;

/**
 * A text of which some tokens will be hidden.
 *
 * @param text the tokens
 * @param special {@code [tokens]}, true for those that are never hidden: {@code [CLS]} and {@code [SEP]} of BERT; not to be changed
 * @param origin its row
 */
public record MaskableText(EncodedText text, boolean[] special, Origin origin) {

    /** Checks that the arrays fit together. */
    public MaskableText {
        Arguments.require(text, "text");
        Arguments.require(special, "special");
        Arguments.require(origin, "origin");
        if (special.length != text.length()) {
            throw new IllegalArgumentException(text.length() + " tokens have a mask of " + special.length);
        }
    }
}
