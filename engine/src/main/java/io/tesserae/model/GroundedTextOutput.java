package io.tesserae.model;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What an encoder of texts that are about pictures returns: transformers' {@code BaseModelOutputWithPoolingAndCrossAttentions}, ragged.
 *
 * @param batch the tokens
 * @param lastHiddenState {@code [tokens, hidden]}
 * @param hiddenStates as in {@link EncoderOutput}
 * @param attentions as in {@link EncoderOutput}
 * @param crossAttentions as in {@link DecoderOutput}
 */
public record GroundedTextOutput(
        TokenBatch batch,
        Tensor lastHiddenState,
        List<Tensor> hiddenStates,
        List<List<Tensor>> attentions,
        List<List<Tensor>> crossAttentions) {}
