package io.tesserae.model;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What a model returns of texts with pictures among them.
 *
 * @param imageHiddenStates {@code [rows of all pictures, width]}, what the decoder is given of them: transformers' {@code
 *     image_hidden_states}
 * @param imageStarts {@code [pictures + 1]}: where each picture's rows begin, and where the last's end
 * @param imageAttentions per block of a resampler, per picture, {@code [heads, latents, rows + latents]}: row, which latent looks; column,
 *     at which row that the vision tower made of the picture, and behind these at which latent; empty unless cross-attentions are asked
 *     for, or where there is no resampler
 * @param text of the texts
 */
public record VisionLanguageOutput(
        Tensor imageHiddenStates, int[] imageStarts, List<List<Tensor>> imageAttentions, DecoderOutput text) {}
