package io.tesserae.model;

import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * What an encoder of pictures returns: transformers' {@code BaseModelOutputWithPooling}, ragged.
 *
 * @param sequenceStarts {@code [images + 1]}: picture i has the tokens {@code sequenceStarts[i]} to
 *     {@code sequenceStarts[i + 1]}
 * @param lastHiddenState {@code [tokens, hidden]}, after the final layer norm
 * @param poolerOutput {@code [images, poolerSize]}; empty where the checkpoint has no pooler
 * @param hiddenStates the embeddings' output and every layer's, each {@code [tokens, hidden]}; the last is before the final
 *     layer norm; empty unless asked for
 * @param attentions per layer, per picture, {@code [heads, length, length]}: row, which token attends; column, to
 *     which; empty unless asked for
 */
public record ImageEncoderOutput(
        int[] sequenceStarts,
        Tensor lastHiddenState,
        Optional<Tensor> poolerOutput,
        List<Tensor> hiddenStates,
        List<List<Tensor>> attentions) {}
