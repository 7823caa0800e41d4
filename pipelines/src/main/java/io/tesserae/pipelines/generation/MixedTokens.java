package io.tesserae.pipelines.generation;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * A prompt of words and pictures as a model reads it.
 *
 * @param ids its tokens, the marks of pictures among them
 * @param pictures {@code [3, height, width]} each: as many as there are marks in groups of the model's size; a large picture may be
 *     several, its tiles
 */
record MixedTokens(int[] ids, List<Tensor> pictures) {}
