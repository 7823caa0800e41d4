package io.tesserae.model.episode;

import io.tesserae.arguments.Arguments;
import io.tesserae.model.ImageBatch;
import java.util.Optional;

/**
 * Texts, each perhaps with a photo before it.
 *
 * @param photos as many as texts; empty: none of the texts has one
 * @param inputIds {@code [texts][tokens]}; a text may have no tokens where it has a photo
 */
public record PhotoTexts(Optional<ImageBatch> photos, int[][] inputIds) {

    /** Checks that there is something to read. */
    public PhotoTexts {
        Arguments.require(photos, "photos");
        if (Arguments.require(inputIds, "inputIds").length == 0) {
            throw new IllegalArgumentException("inputIds: expected one text or more, found none");
        }
        for (int text = 0; text < inputIds.length; text++) {
            if (Arguments.require(inputIds[text], "inputIds: an element").length == 0 && photos.isEmpty()) {
                throw new IllegalArgumentException(
                        "inputIds: text " + text + ": expected a token or more, found none, and no photo either");
            }
        }
        int images = photos.map(ImageBatch::images).orElse(inputIds.length);
        if (images != inputIds.length) {
            throw new IllegalArgumentException(
                    "photos: expected one for each of the " + inputIds.length + " texts, found " + images);
        }
    }

    /** Texts alone. */
    public static PhotoTexts of(int[]... inputIds) {
        return new PhotoTexts(Optional.empty(), inputIds);
    }

    /** How many texts there are. */
    public int texts() {
        return inputIds.length;
    }
}
