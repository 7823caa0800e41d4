package io.tesserae.family.clip;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.ImageConfigChecks;
import io.tesserae.family.common.TowerShape;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.Activation;

/**
 * The numbers that make one vision tower different from another, by the names of {@code vision_config}; transformers' {@code
 * CLIPVisionConfig}. Pictures are square.
 *
 * @param shape of its blocks
 * @param numChannels of a picture
 * @param grid {@code image_size} and {@code patch_size}
 * @param projectionDim width of its vectors where it stands alone
 */
public record ClipVisionConfig(TowerShape shape, int numChannels, ImageGrid grid, int projectionDim) {

    /** What holds for a model without a {@code vision_config}, and for keys that one lacks. */
    static final ClipVisionConfig USUAL = new ClipVisionConfig(
            new TowerShape(768, 12, 12, 3072, Activation.QUICK_GELU, 1e-5f), 3, new ImageGrid(224, 224, 32, 32), 512);

    /** Checks what no checkpoint can break. */
    public ClipVisionConfig {
        Arguments.require(shape, "shape");
        Arguments.require(grid, "grid");
        if (numChannels < 1 || projectionDim < 1) {
            throw new IllegalArgumentException(
                    "sizes must be positive: num_channels " + numChannels + ", projection_dim " + projectionDim);
        }
    }

    /** Reads the keys of a {@code vision_config}, or of a checkpoint of the tower alone. */
    public static ClipVisionConfig read(ConfigSource config) {
        return new ClipVisionConfig(
                TowerShape.read(config, USUAL.shape, "quick_gelu"),
                ImageConfigChecks.channels(config),
                ImageConfigChecks.squareGrid(config, USUAL.grid.imageHeight(), USUAL.grid.patchHeight()),
                ConfigChecks.width(config, "projection_dim", USUAL.projectionDim));
    }
}
