package io.tesserae.model;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What a decoder returns of whole sequences: transformers' {@code CausalLMOutputWithCrossAttentions}, ragged.
 *
 * @param batch the tokens
 * @param logits {@code [tokens, vocabulary]}, before softmax: at each token, what comes next
 * @param hiddenStates as in {@link EncoderOutput}
 * @param attentions as in {@link EncoderOutput}
 * @param crossAttentions per layer, per sequence, {@code [heads, length, memory length]}: row, which token looks; column, at what;
 *     empty unless asked for, or where there is no memory
 */
public record DecoderOutput(
        TokenBatch batch,
        Tensor logits,
        List<Tensor> hiddenStates,
        List<List<Tensor>> attentions,
        List<List<Tensor>> crossAttentions) {}
