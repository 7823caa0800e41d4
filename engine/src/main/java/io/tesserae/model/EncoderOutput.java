package io.tesserae.model;

import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * What an encoder returns: transformers' {@code BaseModelOutputWithPooling}, ragged.
 *
 * @param batch the tokens, which say what each row belongs to
 * @param lastHiddenState {@code [tokens, hidden]}
 * @param poolerOutput {@code [sequences, hidden]}; empty where the model has no pooler, or a sequence lacks the first token
 *     that the pooler reads
 * @param hiddenStates the embeddings' output and every layer's, each {@code [tokens, hidden]}; empty unless asked for
 * @param attentions per layer, per sequence, {@code [heads, length, length]}: row, which token attends; column, to
 *     which; empty unless asked for
 */
public record EncoderOutput(
        TokenBatch batch,
        Tensor lastHiddenState,
        Optional<Tensor> poolerOutput,
        List<Tensor> hiddenStates,
        List<List<Tensor>> attentions) {}
