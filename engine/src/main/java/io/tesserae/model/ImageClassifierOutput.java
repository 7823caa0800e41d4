package io.tesserae.model;

import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * What a classifier of pictures returns: transformers' {@code ImageClassifierOutput}, ragged.
 *
 * @param sequenceStarts as in {@link ImageEncoderOutput}
 * @param logits {@code [images, labels]}, before softmax or sigmoid
 * @param clsLogits {@code [images, labels]}, what the class token's head says; empty where there is but one head
 * @param distillationLogits {@code [images, labels]}, what the distillation token's head says; likewise
 * @param hiddenStates as in {@link ImageEncoderOutput}
 * @param attentions as in {@link ImageEncoderOutput}
 * @param crossAttentions where latents read: of the layer in which they look at pixels, per sequence {@code [heads, latents, pixels]}, and of
 *     those in which outputs look at them, {@code [heads, outputs, latents]}; empty unless asked for, and without latents
 */
public record ImageClassifierOutput(
        int[] sequenceStarts,
        Tensor logits,
        Optional<Tensor> clsLogits,
        Optional<Tensor> distillationLogits,
        List<Tensor> hiddenStates,
        List<List<Tensor>> attentions,
        List<List<Tensor>> crossAttentions) {}
