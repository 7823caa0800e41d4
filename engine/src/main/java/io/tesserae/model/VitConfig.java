package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one ViT different from another, by the names of {@code config.json}; DeiT's are the same.
 *
 * @param hiddenSize width of the residual stream
 * @param numHiddenLayers transformer blocks
 * @param numAttentionHeads attention heads of a block; divides {@code hiddenSize}
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param hiddenAct activation of the feed-forward blocks
 * @param layerNormEps epsilon of every layer norm
 * @param grid {@code image_size} and {@code patch_size}
 * @param numChannels channels of a picture
 * @param qkvBias whether queries, keys and values have a bias
 * @param poolerOutputSize width of the pooler's output
 * @param poolerAct activation of the pooler
 */
public record VitConfig(
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        Activation hiddenAct,
        float layerNormEps,
        ImageGrid grid,
        int numChannels,
        boolean qkvBias,
        int poolerOutputSize,
        Activation poolerAct) {

    /** Checks what no checkpoint can break. */
    public VitConfig {
        Arguments.require(hiddenAct, "hiddenAct");
        Arguments.require(grid, "grid");
        Arguments.require(poolerAct, "poolerAct");
        if (hiddenSize < 1
                || numHiddenLayers < 0
                || numAttentionHeads < 1
                || intermediateSize < 1
                || numChannels < 1
                || poolerOutputSize < 1) {
            throw new IllegalArgumentException("sizes must be positive: hidden_size " + hiddenSize
                    + ", num_hidden_layers " + numHiddenLayers + ", num_attention_heads " + numAttentionHeads
                    + ", intermediate_size " + intermediateSize + ", num_channels " + numChannels
                    + ", pooler_output_size " + poolerOutputSize);
        }
        if (hiddenSize % numAttentionHeads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads " + numAttentionHeads + " does not divide hidden_size " + hiddenSize);
        }
    }
}
