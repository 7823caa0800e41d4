package io.tesserae.family.common;

import io.tesserae.family.ConfigSource;
import io.tesserae.model.ImageGrid;

/** What every family of images asks of a configuration; see {@link ConfigChecks}. */
public final class ImageConfigChecks {

    /** Of a picture. */
    private static final int MOST_CHANNELS = 1 << 10;

    private static final int LARGEST_IMAGE = 1 << 15;
    private static final int LARGEST_PATCH = 1 << 10;

    private ImageConfigChecks() {}

    /** A vision model's last hidden state is the one before the final layer norm, unless this key is true. */
    public static void requireUsualHiddenStates(ConfigSource config) {
        if (config.isSet("tie_last_hidden_states") && config.requireBoolean("tie_last_hidden_states")) {
            throw config.unexpected("tie_last_hidden_states", "false, the only value that this engine computes");
        }
    }

    /** Refuses registers, in a family that has none. */
    public static void requireNoRegisters(ConfigSource config) {
        if (config.isSet("num_register_tokens")
                && config.requireInt("num_register_tokens", 0, Integer.MAX_VALUE) != 0) {
            throw config.unexpected("num_register_tokens", "0: register tokens are not supported in this family");
        }
    }

    /** {@code num_attention_heads}, which divides the width, and no other {@code head_dim} than that gives. */
    public static int heads(ConfigSource config, int hiddenSize) {
        int heads = ConfigChecks.heads(config, "num_attention_heads", 12, hiddenSize);
        int headSize = hiddenSize / heads;
        if (ConfigChecks.width(config, "head_dim", headSize) != headSize) {
            throw config.unexpected(
                    "head_dim", headSize + ", which is hidden_size by num_attention_heads: others are not supported");
        }
        return heads;
    }

    /** {@code num_channels}. */
    public static int channels(ConfigSource config) {
        return config.optionalInt("num_channels", 3, 1, MOST_CHANNELS);
    }

    /** {@code image_size} and {@code patch_size} of a family whose pictures are square: a number each. */
    public static ImageGrid squareGrid(ConfigSource config, int absentImageSize, int absentPatchSize) {
        int image = config.optionalInt("image_size", absentImageSize, 1, LARGEST_IMAGE);
        int patch = config.optionalInt("patch_size", absentPatchSize, 1, LARGEST_PATCH);
        return grid(config, new int[] {image, image}, new int[] {patch, patch});
    }

    /** {@code image_size} and {@code patch_size}: a number, or height and width. */
    public static ImageGrid grid(ConfigSource config, int absentPatchSize) {
        int[] image = config.optionalPair("image_size", 224, 1, LARGEST_IMAGE);
        int[] patch = config.optionalPair("patch_size", absentPatchSize, 1, LARGEST_PATCH);
        return grid(config, image, patch);
    }

    private static ImageGrid grid(ConfigSource config, int[] image, int[] patch) {
        if (patch[0] > image[0] || patch[1] > image[1]) {
            throw config.unexpected("patch_size", "at most image_size, " + image[0] + " x " + image[1]);
        }
        if ((long) (image[0] / patch[0]) * (image[1] / patch[1]) > ImageGrid.PATCH_LIMIT) {
            throw config.unexpected("image_size", "at most " + ImageGrid.PATCH_LIMIT + " patches in a picture");
        }
        return new ImageGrid(image[0], image[1], patch[0], patch[1]);
    }
}
