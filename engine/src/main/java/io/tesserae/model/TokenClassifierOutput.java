package io.tesserae.model;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What a token classifier returns: transformers' {@code TokenClassifierOutput}, ragged.
 *
 * @param batch the tokens, which say what each row belongs to
 * @param logits {@code [tokens, labels]}, before softmax
 * @param hiddenStates as in {@link EncoderOutput}
 * @param attentions as in {@link EncoderOutput}
 */
public record TokenClassifierOutput(
        TokenBatch batch, Tensor logits, List<Tensor> hiddenStates, List<List<Tensor>> attentions) {}
