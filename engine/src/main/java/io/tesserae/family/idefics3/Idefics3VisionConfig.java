package io.tesserae.family.idefics3;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.ImageConfigChecks;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one vision tower different from another, by the names of {@code vision_config}; transformers' {@code
 * Idefics3VisionConfig} and {@code SmolVLMVisionConfig}. Pictures are square.
 *
 * @param hiddenSize width of the residual stream
 * @param numHiddenLayers transformer blocks
 * @param numAttentionHeads attention heads of a block; divides {@code hiddenSize}
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param hiddenAct activation of the feed-forward blocks
 * @param layerNormEps epsilon of every layer norm
 * @param numChannels of a picture
 * @param grid {@code image_size} and {@code patch_size}: of the picture that positions were trained for
 */
public record Idefics3VisionConfig(
        int hiddenSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int intermediateSize,
        Activation hiddenAct,
        float layerNormEps,
        int numChannels,
        ImageGrid grid) {

    /** What holds for a model without a {@code vision_config}, and for keys that one lacks. */
    static final Idefics3VisionConfig USUAL = new Idefics3VisionConfig(
            1152, 12, 16, 3072, Activation.named("gelu_pytorch_tanh"), 1e-6f, 3, new ImageGrid(224, 224, 32, 32));

    /** Checks what no checkpoint can break. */
    public Idefics3VisionConfig {
        Arguments.require(hiddenAct, "hiddenAct");
        Arguments.require(grid, "grid");
        if (hiddenSize < 1 || numHiddenLayers < 0 || numAttentionHeads < 1 || intermediateSize < 1 || numChannels < 1) {
            throw new IllegalArgumentException("sizes must be positive: hidden_size " + hiddenSize
                    + ", num_hidden_layers " + numHiddenLayers + ", num_attention_heads " + numAttentionHeads
                    + ", intermediate_size " + intermediateSize + ", num_channels " + numChannels);
        }
        if (hiddenSize % numAttentionHeads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads " + numAttentionHeads + " does not divide hidden_size " + hiddenSize);
        }
        if (grid.gridHeight() != grid.gridWidth()) {
            throw new IllegalArgumentException("expected as many patches down as across, found " + grid);
        }
    }

    /** Reads the keys of a {@code vision_config}. Its {@code model_type} says nothing: old files have that of the whole model there. */
    static Idefics3VisionConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", USUAL.hiddenSize);
        return new Idefics3VisionConfig(
                hiddenSize,
                ConfigChecks.layers(config, "num_hidden_layers", USUAL.numHiddenLayers),
                ConfigChecks.heads(config, "num_attention_heads", USUAL.numAttentionHeads, hiddenSize),
                ConfigChecks.width(config, "intermediate_size", USUAL.intermediateSize),
                ConfigChecks.activation(config, "hidden_act", "gelu_pytorch_tanh"),
                ConfigChecks.epsilon(config, "layer_norm_eps", 1e-6),
                ImageConfigChecks.channels(config),
                ImageConfigChecks.squareGrid(config, USUAL.grid.imageHeight(), USUAL.grid.patchHeight()));
    }

    /** Patches along a side of the picture that positions were trained for. */
    int side() {
        return grid.gridHeight();
    }

    /** The heads of a block. */
    AttentionShape attention() {
        return AttentionShape.of(numAttentionHeads, hiddenSize / numAttentionHeads);
    }
}
