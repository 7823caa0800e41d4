package io.tesserae.model;

import io.tesserae.layer.Ragged;
import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What a model makes of the pictures of a batch.
 *
 * @param rows {@code [rows of all pictures, width]}, what its decoder is given of them
 * @param attentions as in {@link VisionLanguageOutput#imageAttentions}
 */
@SuppressWarnings("exports") // what families compute with is not for others
public record SeenPictures(Ragged rows, List<List<Tensor>> attentions) {

    /** Rows that no resampler made, or nobody asks how. */
    public static SeenPictures of(Ragged rows) {
        return new SeenPictures(rows, List.of());
    }
}
