package io.tesserae.model.latent;

import io.tesserae.arguments.Arguments;

/**
 * What of a video and its sound is wanted back: transformers' {@code subsampled_output_points}. The label is always told.
 *
 * @param image indices of pixels, in the order frame, row, column, from 0 to {@link MultimodalShape#pixels()} - 1; in any order, and
 *     more than once if you like; not copied
 * @param audio indices of patches of sound, from 0 to {@link MultimodalShape#audioPatches()} - 1; likewise
 */
public record OutputPoints(int[] image, int[] audio) {

    /** Nothing but the label. */
    public static final OutputPoints NONE = new OutputPoints(new int[0], new int[0]);

    /** Refuses null. Which points a model has, it checks itself. */
    public OutputPoints {
        Arguments.require(image, "image");
        Arguments.require(audio, "audio");
    }
}
