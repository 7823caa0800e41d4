package io.tesserae.family.siglip;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ImageConfigChecks;
import io.tesserae.family.common.TowerShape;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one vision tower different from another, by the names of {@code vision_config}; transformers' {@code
 * SiglipVisionConfig}. Pictures are square.
 *
 * @param shape of its blocks
 * @param numChannels of a picture
 * @param grid {@code image_size} and {@code patch_size}
 * @param hasHead whether there is what makes a picture's vector: {@code vision_use_head}
 */
public record SiglipVisionConfig(TowerShape shape, int numChannels, ImageGrid grid, boolean hasHead) {

    /** What holds for a model without a {@code vision_config}, and for keys that one lacks. */
    static final SiglipVisionConfig USUAL = new SiglipVisionConfig(
            new TowerShape(768, 12, 12, 3072, Activation.GELU_TANH, 1e-6f), 3, new ImageGrid(224, 224, 16, 16), true);

    /** Checks what no checkpoint can break. */
    public SiglipVisionConfig {
        Arguments.require(shape, "shape");
        Arguments.require(grid, "grid");
        if (numChannels < 1) {
            throw new IllegalArgumentException("num_channels " + numChannels + " must be positive");
        }
    }

    /** Reads the keys of a {@code vision_config}, or of a checkpoint of the tower alone. */
    public static SiglipVisionConfig read(ConfigSource config) {
        return new SiglipVisionConfig(
                TowerShape.read(config, USUAL.shape, "gelu_pytorch_tanh"),
                ImageConfigChecks.channels(config),
                ImageConfigChecks.squareGrid(config, USUAL.grid.imageHeight(), USUAL.grid.patchHeight()),
                config.optionalBoolean("vision_use_head", true));
    }
}
