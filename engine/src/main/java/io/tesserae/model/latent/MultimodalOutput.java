package io.tesserae.model.latent;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What a model gives back of a video with its sound: transformers' {@code PerceiverClassifierOutput}, whose {@code logits} are these
 * three.
 *
 * @param image the pixels that were asked for, {@code [image points, 3]}
 * @param audio the sound that was asked for, {@code [audio points · samples per patch]}
 * @param label scores, {@code [labels]}
 * @param hiddenStates the latents after they have read, and after every layer, each {@code [latents, hidden]}; empty unless asked for
 * @param attentions per layer {@code [heads, latents, latents]}; empty unless asked for
 * @param crossAttentions of the layer that reads, {@code [heads, latents, rows]}, whose rows are those of the sound, then those of the
 *     video, then the label's; then of the one that answers, {@code [1, points + 1, latents]}, in the order sound, pixels, label; empty
 *     unless asked for
 */
public record MultimodalOutput(
        Tensor image,
        Tensor audio,
        Tensor label,
        List<Tensor> hiddenStates,
        List<Tensor> attentions,
        List<Tensor> crossAttentions) {}
