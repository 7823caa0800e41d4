package io.tesserae.model.latent;

import io.tesserae.tensor.Tensor;

/**
 * A part of a reconstruction.
 *
 * @param index which, from 0
 * @param points where in the video and in the sound it belongs
 * @param image its pixels, {@code [image points, 3]}
 * @param audio its sound, {@code [audio points · samples per patch]}
 * @param label scores, {@code [labels]}: the same in every part
 */
public record MultimodalChunk(int index, OutputPoints points, Tensor image, Tensor audio, Tensor label) {}
