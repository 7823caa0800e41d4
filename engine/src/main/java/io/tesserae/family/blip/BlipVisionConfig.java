package io.tesserae.family.blip;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.ImageConfigChecks;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one vision tower of BLIP different from another, by the names of {@code vision_config}; transformers' {@code
 * BlipVisionConfig}. Pictures are square, and have three channels.
 *
 * @param hiddenSize width of the residual stream
 * @param numHiddenLayers transformer blocks
 * @param numAttentionHeads attention heads of a block; divides {@code hiddenSize}
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param hiddenAct activation of the feed-forward blocks
 * @param layerNormEps epsilon of every layer norm
 * @param grid {@code image_size} and {@code patch_size}
 */
public record BlipVisionConfig(
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        Activation hiddenAct,
        float layerNormEps,
        ImageGrid grid) {

    /** What holds for a model without a {@code vision_config}, and for keys that one lacks. */
    static final BlipVisionConfig USUAL =
            new BlipVisionConfig(768, 12, 12, 3072, Activation.named("gelu"), 1e-5f, new ImageGrid(384, 384, 16, 16));

    /** Checks what no checkpoint can break. */
    public BlipVisionConfig {
        Arguments.require(hiddenAct, "hiddenAct");
        Arguments.require(grid, "grid");
        if (hiddenSize < 1 || numHiddenLayers < 0 || numAttentionHeads < 1 || intermediateSize < 1) {
            throw new IllegalArgumentException("sizes must be positive: hidden_size " + hiddenSize
                    + ", num_hidden_layers " + numHiddenLayers + ", num_attention_heads " + numAttentionHeads
                    + ", intermediate_size " + intermediateSize);
        }
        if (hiddenSize % numAttentionHeads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads " + numAttentionHeads + " does not divide hidden_size " + hiddenSize);
        }
    }

    /** Reads the keys of a {@code vision_config}, or of a checkpoint of the tower alone. */
    public static BlipVisionConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        ImageConfigChecks.requireUsualHiddenStates(config);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", USUAL.hiddenSize);
        return new BlipVisionConfig(
                hiddenSize,
                ConfigChecks.layers(config, "num_hidden_layers", USUAL.numHiddenLayers),
                ConfigChecks.heads(config, "num_attention_heads", USUAL.numAttentionHeads, hiddenSize),
                ConfigChecks.width(config, "intermediate_size", USUAL.intermediateSize),
                ConfigChecks.activation(config, "hidden_act", "gelu"),
                ConfigChecks.epsilon(config, "layer_norm_eps", USUAL.layerNormEps),
                ImageConfigChecks.squareGrid(config, USUAL.grid.imageHeight(), USUAL.grid.patchHeight()));
    }
}
