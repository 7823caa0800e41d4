package io.tesserae.family.dinov2;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.ImageConfigChecks;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one DINOv2 different from another, by the names of {@code config.json}.
 *
 * @param hiddenSize width of the residual stream
 * @param numHiddenLayers transformer blocks
 * @param numAttentionHeads attention heads of a block; divides {@code hiddenSize}
 * @param mlpRatio width between the two layers of a feed-forward block, in widths of the residual stream
 * @param hiddenAct activation of the feed-forward blocks, where they have no gate
 * @param layerNormEps epsilon of every layer norm
 * @param grid {@code image_size} and {@code patch_size}
 * @param numChannels channels of a picture
 * @param qkvBias whether queries, keys and values have a bias
 * @param useSwigluFfn whether the feed-forward blocks have a gate
 * @param withRegisters whether it is the variant with registers, {@code model_type} {@code dinov2_with_registers}
 * @param numRegisterTokens how many of them it has; 0 in the original
 */
public record Dinov2Config(
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        double mlpRatio,
        Activation hiddenAct,
        float layerNormEps,
        ImageGrid grid,
        int numChannels,
        boolean qkvBias,
        boolean useSwigluFfn,
        boolean withRegisters,
        int numRegisterTokens) {

    static final String WITH_REGISTERS = "dinov2_with_registers";

    private static final int MOST_REGISTERS = 1 << 10;

    /** Checks what no checkpoint can break. */
    public Dinov2Config {
        Arguments.require(hiddenAct, "hiddenAct");
        Arguments.require(grid, "grid");
        if (hiddenSize < 1
                || numHiddenLayers < 0
                || numAttentionHeads < 1
                || numChannels < 1
                || numRegisterTokens < 0) {
            throw new IllegalArgumentException("sizes must be positive: hidden_size " + hiddenSize
                    + ", num_hidden_layers " + numHiddenLayers + ", num_attention_heads " + numAttentionHeads
                    + ", num_channels " + numChannels + ", num_register_tokens " + numRegisterTokens);
        }
        if (hiddenSize % numAttentionHeads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads " + numAttentionHeads + " does not divide hidden_size " + hiddenSize);
        }
        if (!(hiddenSize * mlpRatio >= 1 && hiddenSize * mlpRatio <= 1 << 28)) {
            throw new IllegalArgumentException(
                    "mlp_ratio " + mlpRatio + " of hidden_size " + hiddenSize + " is no width of a layer");
        }
    }

    /** Reads DINOv2's keys, with the defaults of transformers' {@code Dinov2Config} and {@code Dinov2WithRegistersConfig}. */
    public static Dinov2Config read(ConfigSource config) {
        boolean withRegisters = config.modelType().equals(WITH_REGISTERS);
        ConfigChecks.requireKnownMathematics(config);
        ImageConfigChecks.requireUsualHiddenStates(config);
        if (!withRegisters) {
            ImageConfigChecks.requireNoRegisters(config);
        }
        int hiddenSize = ConfigChecks.width(config, "hidden_size", 768);
        double mlpRatio = config.optionalDouble("mlp_ratio", 4, 0, ConfigChecks.WIDEST);
        if (hiddenSize * mlpRatio < 1 || hiddenSize * mlpRatio > ConfigChecks.WIDEST) {
            throw config.unexpected(
                    "mlp_ratio",
                    "a number that makes of the hidden_size " + hiddenSize + " a width from 1 to "
                            + ConfigChecks.WIDEST);
        }
        ImageGrid grid = ImageConfigChecks.grid(config, withRegisters ? 16 : 14);
        if (grid.gridHeight() != grid.gridWidth()) {
            throw config.unexpected(
                    "image_size",
                    "as many patches down as across, found " + grid.gridHeight() + " x " + grid.gridWidth()
                            + ": positions are interpolated from a square only");
        }
        return new Dinov2Config(
                hiddenSize,
                ConfigChecks.layers(config, "num_hidden_layers", 12),
                ImageConfigChecks.heads(config, hiddenSize),
                mlpRatio,
                ConfigChecks.activation(config, "hidden_act", "gelu"),
                ConfigChecks.epsilon(config, "layer_norm_eps", 1e-6),
                grid,
                ImageConfigChecks.channels(config),
                config.optionalBoolean("qkv_bias", true),
                config.optionalBoolean("use_swiglu_ffn", false),
                withRegisters,
                withRegisters ? config.optionalInt("num_register_tokens", 4, 0, MOST_REGISTERS) : 0);
    }

    /** What the base model is called in a checkpoint that has it below a head. */
    String basePrefix() {
        return withRegisters ? WITH_REGISTERS : "dinov2";
    }

    /**
     * Width between the two layers of a feed-forward block. With a gate it is two thirds of that, so that the block has as
     * many weights, rounded up to a multiple of eight.
     */
    public int intermediateSize() {
        int width = (int) (hiddenSize * mlpRatio);
        return useSwigluFfn ? ((int) (width * 2L / 3) + 7) / 8 * 8 : width;
    }
}
