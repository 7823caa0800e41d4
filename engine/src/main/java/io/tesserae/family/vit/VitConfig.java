package io.tesserae.family.vit;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.ImageConfigChecks;
import io.tesserae.model.ImageGrid;
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

    /** Reads ViT's keys, or DeiT's, with the defaults of transformers' {@code ViTConfig} and {@code DeiTConfig}. */
    public static VitConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        ImageConfigChecks.requireUsualHiddenStates(config);
        ImageConfigChecks.requireNoRegisters(config);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", 768);
        // As transformers has it, null and 0 mean the default here.
        int poolerOutputSize = config.isSet("pooler_output_size")
                ? config.requireInt("pooler_output_size", 0, ConfigChecks.WIDEST)
                : 0;
        return new VitConfig(
                hiddenSize,
                ConfigChecks.layers(config, "num_hidden_layers", 12),
                ImageConfigChecks.heads(config, hiddenSize),
                ConfigChecks.width(config, "intermediate_size", 3072),
                ConfigChecks.activation(config, "hidden_act", "gelu"),
                ConfigChecks.epsilon(config, "layer_norm_eps", 1e-12),
                ImageConfigChecks.grid(config, 16),
                ImageConfigChecks.channels(config),
                config.optionalBoolean("qkv_bias", true),
                poolerOutputSize == 0 ? hiddenSize : poolerOutputSize,
                ConfigChecks.activation(config, "pooler_act", "tanh"));
    }
}
