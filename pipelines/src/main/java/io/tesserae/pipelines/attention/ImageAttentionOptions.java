package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import java.util.OptionalInt;

/**
 * The choices of an attention over pictures.
 *
 * @param imageSize height and width of what the model is fed, in pixels: the larger, the finer the map. With patches it is cut down to whole
 *     ones, and the position embeddings are interpolated. Empty: the size that the model was made for
 */
public record ImageAttentionOptions(OptionalInt imageSize) {

    /** The size that the model was made for. */
    public static final ImageAttentionOptions DEFAULT = new ImageAttentionOptions(OptionalInt.empty());

    /** Checks that it is there; whether a patch fits into the size, the model knows. */
    public ImageAttentionOptions {
        Arguments.require(imageSize, "imageSize");
    }

    /** With pictures of this size, in pixels. */
    public ImageAttentionOptions withImageSize(int pixels) {
        return new ImageAttentionOptions(OptionalInt.of(pixels));
    }
}
