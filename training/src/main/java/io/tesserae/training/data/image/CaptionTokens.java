package io.tesserae.training.data.image;

import io.tesserae.arguments.Arguments;
import java.util.OptionalInt;

/**
 * How a model that writes begins and ends a caption.
 *
 * @param addSpecialTokens whether the tokenizer puts its own special tokens around the text
 * @param first the token to put before all that
 * @param last the token to put behind it
 */
public record CaptionTokens(boolean addSpecialTokens, OptionalInt first, OptionalInt last) {

    /** The tokenizer's own special tokens, and no others. */
    public static final CaptionTokens OF_TOKENIZER = new CaptionTokens(true, OptionalInt.empty(), OptionalInt.empty());

    /** Checks that all is said. */
    public CaptionTokens {
        Arguments.require(first, "first");
        Arguments.require(last, "last");
    }

    /** The tokenizer's special tokens left out; these in their place. */
    public static CaptionTokens between(int first, int last) {
        return new CaptionTokens(false, OptionalInt.of(first), OptionalInt.of(last));
    }
}
