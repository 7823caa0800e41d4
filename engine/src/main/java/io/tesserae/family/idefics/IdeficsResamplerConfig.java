package io.tesserae.family.idefics;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.kernel.AttentionShape;

/**
 * The numbers that make one resampler different from another, by the names of {@code perceiver_config}; transformers' {@code
 * IdeficsPerceiverConfig}. Whether there is one, {@code use_resampler} of the whole model says.
 *
 * @param latents {@code resampler_n_latents}, rows that stand for a picture
 * @param depth {@code resampler_depth}, blocks
 * @param heads {@code resampler_n_heads}
 * @param headDim {@code resampler_head_dim}, channels of a head; all heads together may be wider or narrower than the rows
 * @param qkLayerNorms {@code qk_layer_norms_perceiver}, whether queries and keys are normalised
 */
record IdeficsResamplerConfig(int latents, int depth, int heads, int headDim, boolean qkLayerNorms) {

    /** What holds for a model without a {@code perceiver_config}, and for keys that one lacks. */
    static final IdeficsResamplerConfig USUAL = new IdeficsResamplerConfig(64, 6, 16, 96, false);

    /** Reads the keys of a {@code perceiver_config}. */
    static IdeficsResamplerConfig read(ConfigSource config) {
        int heads = ConfigChecks.width(config, "resampler_n_heads", USUAL.heads);
        int headDim = ConfigChecks.width(config, "resampler_head_dim", USUAL.headDim);
        if ((long) heads * headDim > ConfigChecks.WIDEST) {
            throw config.unexpected(
                    "resampler_head_dim",
                    "at most " + ConfigChecks.WIDEST / heads + " channels, for " + heads + " heads");
        }
        return new IdeficsResamplerConfig(
                ConfigChecks.width(config, "resampler_n_latents", USUAL.latents),
                ConfigChecks.layers(config, "resampler_depth", USUAL.depth),
                heads,
                headDim,
                config.optionalBoolean("qk_layer_norms_perceiver", USUAL.qkLayerNorms));
    }

    /** The heads of a block. */
    AttentionShape attention() {
        return AttentionShape.of(heads, headDim);
    }
}
