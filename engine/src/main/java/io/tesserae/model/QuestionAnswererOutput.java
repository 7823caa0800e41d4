package io.tesserae.model;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What a model that finds answers returns: transformers' {@code QuestionAnsweringModelOutput}, ragged.
 *
 * @param batch the tokens, which say what each row belongs to
 * @param startLogits {@code [tokens]}, how well an answer begins at a token, before softmax
 * @param endLogits {@code [tokens]}, how well one ends there
 * @param hiddenStates as in {@link EncoderOutput}
 * @param attentions as in {@link EncoderOutput}
 */
public record QuestionAnswererOutput(
        TokenBatch batch,
        Tensor startLogits,
        Tensor endLogits,
        List<Tensor> hiddenStates,
        List<List<Tensor>> attentions) {}
