package io.tesserae.model.latent;

import io.tesserae.tensor.Tensor;

/**
 * A video with its sound as the model remembers it.
 *
 * @param video {@code [frames, 3, height, width]}, as videos are given
 * @param audio {@code [samples]}
 * @param label scores, {@code [labels]}
 */
public record MultimodalReconstruction(Tensor video, Tensor audio, Tensor label) {}
