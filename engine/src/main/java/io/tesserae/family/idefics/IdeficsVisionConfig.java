package io.tesserae.family.idefics;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.ImageConfigChecks;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.Activation;
import java.util.Map;

/**
 * The numbers that make one vision tower of IDEFICS different from another, by the names of {@code vision_config}; transformers' {@code
 * IdeficsVisionConfig}. Pictures are square.
 *
 * @param embedDim width of the residual stream
 * @param intermediateSize width between the two layers of a feed-forward block
 * @param numHiddenLayers transformer blocks
 * @param numAttentionHeads attention heads of a block; divides {@code embedDim}
 * @param numChannels of a picture
 * @param hiddenAct activation of the feed-forward blocks
 * @param layerNormEps epsilon of every layer norm
 * @param grid {@code image_size} and {@code patch_size}
 */
record IdeficsVisionConfig(
        int embedDim,
        int intermediateSize,
        int numHiddenLayers,
        int numAttentionHeads,
        int numChannels,
        Activation hiddenAct,
        float layerNormEps,
        ImageGrid grid) {

    /** What holds for a model without a {@code vision_config}, and for keys that one lacks. */
    static final IdeficsVisionConfig USUAL = new IdeficsVisionConfig(
            768, 5120, 32, 16, 3, Activation.named("gelu"), 1e-5f, new ImageGrid(224, 224, 14, 14));

    private static final Map<String, String> OTHER_NAMES = Map.of("hidden_size", "embed_dim");

    /** Checks what no checkpoint can break. */
    IdeficsVisionConfig {
        Arguments.require(hiddenAct, "hiddenAct");
        Arguments.require(grid, "grid");
        if (numAttentionHeads < 1 || embedDim % numAttentionHeads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads " + numAttentionHeads + " does not divide embed_dim " + embedDim);
        }
    }

    /** Reads the keys of a {@code vision_config}. */
    static IdeficsVisionConfig read(ConfigSource file) {
        ConfigSource config = file.withOtherNames(OTHER_NAMES);
        ConfigChecks.requireKnownMathematics(config);
        ImageConfigChecks.requireUsualHiddenStates(config);
        int embedDim = ConfigChecks.width(config, "embed_dim", USUAL.embedDim);
        return new IdeficsVisionConfig(
                embedDim,
                ConfigChecks.width(config, "intermediate_size", USUAL.intermediateSize),
                ConfigChecks.layers(config, "num_hidden_layers", USUAL.numHiddenLayers),
                ConfigChecks.heads(config, "num_attention_heads", USUAL.numAttentionHeads, embedDim),
                ImageConfigChecks.channels(config),
                ConfigChecks.activation(config, "hidden_act", "gelu"),
                ConfigChecks.epsilon(config, "layer_norm_eps", USUAL.layerNormEps),
                ImageConfigChecks.squareGrid(config, USUAL.grid.imageHeight(), USUAL.grid.patchHeight()));
    }

    /** The heads of a layer. */
    AttentionShape attention() {
        return AttentionShape.of(numAttentionHeads, embedDim / numAttentionHeads);
    }

    /** Rows that it makes of a picture: the class token's, and those of the patches. */
    int tokens() {
        return 1 + grid.gridHeight() * grid.gridWidth();
    }
}
