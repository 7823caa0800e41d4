package io.tesserae.model;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What a {@link TokenScorer} computes.
 *
 * @param batch what was scored
 * @param logits {@code [tokens]}
 * @param hiddenStates each {@code [tokens, hidden]}, from the embeddings to the last layer; empty unless asked for
 * @param attentions by layer and sequence, each {@code [heads, length, length]}; empty unless asked for
 */
public record TokenScorerOutput(
        TokenBatch batch, Tensor logits, List<Tensor> hiddenStates, List<List<Tensor>> attentions) {}
