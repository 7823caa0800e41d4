package io.tesserae.model;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What a masked language model returns: transformers' {@code MaskedLMOutput}, ragged.
 *
 * @param batch the tokens
 * @param logits {@code [places, vocabulary]}, before softmax: a row for every token that was asked about, in that order
 * @param hiddenStates as in {@link EncoderOutput}
 * @param attentions as in {@link EncoderOutput}
 * @param crossAttentions where latents read: of the layer in which they look at tokens, per sequence {@code [heads, latents, tokens]}, and of
 *     those in which outputs look at them, {@code [heads, outputs, latents]}; empty unless asked for, and without latents
 */
public record MaskedLanguageModelOutput(
        TokenBatch batch,
        Tensor logits,
        List<Tensor> hiddenStates,
        List<List<Tensor>> attentions,
        List<List<Tensor>> crossAttentions) {}
