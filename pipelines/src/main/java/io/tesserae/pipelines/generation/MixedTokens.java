package io.tesserae.pipelines.generation;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * A prompt of words and pictures as a model reads it.
 *
 * @param ids its tokens, with the marks of pictures
 * @param pictures what the marks stand for, {@code [3, height, width]} each, in their order; a large picture may be several, its tiles
 */
record MixedTokens(int[] ids, List<Tensor> pictures) {}
