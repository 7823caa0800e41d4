package io.tesserae.training.data.episode;

import io.tesserae.arguments.Arguments;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * A text, perhaps with a photo before it.
 *
 * @param pixels of the photo, {@code [channels, height, width]}; empty for a text alone
 * @param inputIds {@code [tokens]}, two or more
 * @param firstLearned the first token that is to be predicted, 1 or more: those before it are given, a question say
 */
public record PhotoText(Optional<Tensor> pixels, int[] inputIds, int firstLearned) {

    /** Checks that there is a token to be learned. */
    public PhotoText {
        Arguments.require(pixels, "pixels");
        Arguments.require(inputIds, "inputIds");
        if (firstLearned < 1 || firstLearned >= inputIds.length) {
            throw new IllegalArgumentException("firstLearned: expected 1 or more, since no model predicts the first"
                    + " token, and below the " + inputIds.length + " tokens of the text, found " + firstLearned);
        }
    }

    /** A photo's text, learned from its second token on. */
    public static PhotoText of(Tensor pixels, int[] inputIds) {
        return new PhotoText(Optional.of(pixels), inputIds, 1);
    }

    /** A text alone, learned from its second token on. */
    public static PhotoText of(int[] inputIds) {
        return new PhotoText(Optional.empty(), inputIds, 1);
    }

    /** What a model reads. */
    PhotoTexts read() {
        return new PhotoTexts(pixels.map(photo -> ImageBatch.of(List.of(photo))), new int[][] {inputIds});
    }
}
