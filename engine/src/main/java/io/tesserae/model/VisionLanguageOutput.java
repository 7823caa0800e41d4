package io.tesserae.model;

import io.tesserae.tensor.Tensor;

/**
 * What a model returns of texts with pictures among them.
 *
 * @param imageHiddenStates {@code [rows of all pictures, width]}, what the decoder is given of them: transformers' {@code
 *     image_hidden_states}
 * @param imageStarts {@code [pictures + 1]}: where each picture's rows begin, and where the last's end
 * @param text of the texts
 */
public record VisionLanguageOutput(Tensor imageHiddenStates, int[] imageStarts, DecoderOutput text) {}
