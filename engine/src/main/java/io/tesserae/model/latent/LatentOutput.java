package io.tesserae.model.latent;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What a model without a head returns that reads with latents: transformers' {@code PerceiverModelOutput}.
 *
 * @param lastHiddenState {@code [sequences · latents, hidden]}
 * @param hiddenStates the latents after they have read, and after every layer, each {@code [sequences · latents, hidden]}; where layers run
 *     several times over, the end of one turn is there again as the beginning of the next; empty unless asked for
 * @param attentions per layer, per sequence, {@code [heads, latents, latents]}; empty unless asked for
 * @param crossAttentions of the layer that reads, per sequence {@code [heads, latents, rows]}; empty unless asked for
 */
public record LatentOutput(
        Tensor lastHiddenState,
        List<Tensor> hiddenStates,
        List<List<Tensor>> attentions,
        List<List<Tensor>> crossAttentions) {}
