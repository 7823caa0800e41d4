package io.tesserae.model;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What a sequence classifier returns: transformers' {@code SequenceClassifierOutput}, ragged.
 *
 * @param batch the tokens, which say what each row belongs to
 * @param logits {@code [sequences, labels]}, before softmax or sigmoid
 * @param hiddenStates as in {@link EncoderOutput}
 * @param attentions as in {@link EncoderOutput}
 * @param crossAttentions where latents read: of the layer in which they look at tokens, per sequence {@code [heads, latents, tokens]}, and of
 *     those in which outputs look at them, {@code [heads, outputs, latents]}; empty unless asked for, and without latents
 */
public record SequenceClassifierOutput(
        TokenBatch batch,
        Tensor logits,
        List<Tensor> hiddenStates,
        List<List<Tensor>> attentions,
        List<List<Tensor>> crossAttentions) {}
