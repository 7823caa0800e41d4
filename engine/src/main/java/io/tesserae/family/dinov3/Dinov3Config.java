package io.tesserae.family.dinov3;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.ImageConfigChecks;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one DINOv3 different from another, by the names of {@code config.json}; transformers' {@code DINOv3ViTConfig}.
 *
 * @param hiddenSize width of the residual stream
 * @param numHiddenLayers transformer blocks
 * @param numAttentionHeads attention heads of a block, each of a multiple of four channels; divides {@code hiddenSize}
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param hiddenAct activation of the feed-forward blocks, or of their gates
 * @param layerNormEps epsilon of every layer norm
 * @param grid {@code image_size} and {@code patch_size}
 * @param numChannels channels of a picture
 * @param biases which linear layers have one
 * @param useGatedMlp whether the feed-forward blocks have a gate
 * @param numRegisterTokens tokens between the class token and the patches
 * @param ropeTheta of the angles by which positions turn queries and keys; positive
 */
record Dinov3Config(
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        Activation hiddenAct,
        float layerNormEps,
        ImageGrid grid,
        int numChannels,
        Biases biases,
        boolean useGatedMlp,
        int numRegisterTokens,
        double ropeTheta) {

    private static final int MOST_REGISTERS = 1 << 10;
    private static final double LARGEST_THETA = 1e12;

    /** Which linear layers have a bias: the four of attention, and those of the feed-forward blocks. */
    record Biases(boolean query, boolean key, boolean value, boolean output, boolean mlp) {

        static Biases read(ConfigSource config) {
            return new Biases(
                    config.optionalBoolean("query_bias", true),
                    config.optionalBoolean("key_bias", false),
                    config.optionalBoolean("value_bias", true),
                    config.optionalBoolean("proj_bias", true),
                    config.optionalBoolean("mlp_bias", true));
        }
    }

    /** Checks what no checkpoint can break. */
    Dinov3Config {
        Arguments.require(hiddenAct, "hiddenAct");
        Arguments.require(grid, "grid");
        Arguments.require(biases, "biases");
        if (hiddenSize < 1
                || numHiddenLayers < 0
                || numAttentionHeads < 1
                || intermediateSize < 1
                || numChannels < 1
                || numRegisterTokens < 0
                || !(ropeTheta > 0)) {
            throw new IllegalArgumentException("sizes must be positive: hidden_size " + hiddenSize
                    + ", num_hidden_layers " + numHiddenLayers + ", num_attention_heads " + numAttentionHeads
                    + ", intermediate_size " + intermediateSize + ", num_channels " + numChannels
                    + ", num_register_tokens " + numRegisterTokens + ", rope_theta " + ropeTheta);
        }
        if (hiddenSize % (4 * numAttentionHeads) != 0) {
            throw new IllegalArgumentException("num_attention_heads " + numAttentionHeads
                    + " does not divide hidden_size " + hiddenSize + " into heads of a multiple of four channels");
        }
    }

    /** Reads DINOv3's keys, with the defaults of transformers' {@code DINOv3ViTConfig}. */
    static Dinov3Config read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        ImageConfigChecks.requireUsualHiddenStates(config);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", 384);
        return new Dinov3Config(
                hiddenSize,
                ConfigChecks.layers(config, "num_hidden_layers", 12),
                heads(config, hiddenSize),
                ConfigChecks.width(config, "intermediate_size", 1536),
                ConfigChecks.activation(config, "hidden_act", "gelu"),
                ConfigChecks.epsilon(config, "layer_norm_eps", 1e-5),
                ImageConfigChecks.grid(config, 16),
                ImageConfigChecks.channels(config),
                Biases.read(config),
                config.optionalBoolean("use_gated_mlp", false),
                config.optionalInt("num_register_tokens", 0, 0, MOST_REGISTERS),
                config.optionalDouble("rope_theta", 100, Double.MIN_VALUE, LARGEST_THETA));
    }

    private static int heads(ConfigSource config, int hiddenSize) {
        int heads = ConfigChecks.heads(config, "num_attention_heads", 6, hiddenSize);
        int headSize = hiddenSize / heads;
        if (headSize % 4 != 0) {
            throw config.unexpected(
                    "num_attention_heads",
                    "heads of a multiple of four channels, which are turned in pairs by two coordinates, and not of "
                            + headSize);
        }
        return heads;
    }

    /** Channels of a head. */
    int headSize() {
        return hiddenSize / numAttentionHeads;
    }
}
