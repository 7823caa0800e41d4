package io.tesserae.model.latent;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What a model of optical flow returns: transformers' {@code PerceiverClassifierOutput}, whose {@code logits} are the flow.
 *
 * @param flow {@code [pairs, height, width, 2]}: how far each pixel of the first picture moves to the right, and down, in the unit that the
 *     model was trained with; 20 pixels are 1 for DeepMind's
 * @param hiddenStates as in {@link LatentOutput}
 * @param attentions as in {@link LatentOutput}
 * @param crossAttentions of the layer that reads, per pair {@code [heads, latents, pixels]}, and of the one in which pixels look at latents,
 *     {@code [heads, pixels, latents]}; empty unless asked for
 */
public record OpticalFlowOutput(
        Tensor flow, List<Tensor> hiddenStates, List<List<Tensor>> attentions, List<List<Tensor>> crossAttentions) {}
