package io.tesserae.model;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What an encoder returns: transformers' {@code BaseModelOutput}, ragged.
 *
 * @param batch the tokens, which say what each row belongs to
 * @param lastHiddenState {@code [tokens, hidden]}
 * @param hiddenStates the embeddings' output and every layer's, each {@code [tokens, hidden]}; empty unless asked for
 * @param attentions per layer, per sequence, {@code [heads, length, length]}: row, which token attends; column, to
 *     which; empty unless asked for
 */
public record EncoderOutput(
        TokenBatch batch, Tensor lastHiddenState, List<Tensor> hiddenStates, List<List<Tensor>> attentions) {}
