package io.tesserae.family.perceiver;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.model.latent.LatentModel;
import io.tesserae.tensor.Activation;
import java.util.OptionalInt;

/**
 * The numbers that make one Perceiver different from another, whatever it reads, by the names of {@code config.json}.
 *
 * @param numLatents rows of the latent array
 * @param dLatents width of the latents
 * @param numBlocks how often the self-attention layers run, the same ones each time
 * @param numSelfAttendsPerBlock self-attention layers
 * @param selfAttention heads among the latents
 * @param crossHeads heads of the layer in which latents read the inputs
 * @param qkChannels width of queries and keys; empty where it follows from the rows that ask or answer
 * @param vChannels width of values; empty where it is that of the keys
 * @param shapeForCrossAttention whose width an unnamed {@code qkChannels} is
 * @param selfWideningFactor width between the two layers of a self-attention layer's feed-forward block, in widths of the latents
 * @param crossWideningFactor the same of the layer that reads the inputs
 * @param hiddenAct activation of the feed-forward blocks
 * @param useQueryResidual whether the latents that have read are added to what they were before
 */
record PerceiverConfig(
        int numLatents,
        int dLatents,
        int numBlocks,
        int numSelfAttendsPerBlock,
        AttentionShape selfAttention,
        int crossHeads,
        OptionalInt qkChannels,
        OptionalInt vChannels,
        CrossAttentionShape shapeForCrossAttention,
        int selfWideningFactor,
        int crossWideningFactor,
        Activation hiddenAct,
        boolean useQueryResidual) {

    /** Of every layer norm: {@code config.json} has a key for it, {@code layer_norm_eps}, that the reference ignores. */
    static final float EPSILON = 1e-5f;

    private static final int MOST_LATENTS = 1 << 16;
    private static final int WIDEST_FACTOR = 64;

    /** {@code cross_attention_shape_for_attention}: whose width queries and keys have. */
    enum CrossAttentionShape {
        /** The rows that ask. */
        QUERY,
        /** The rows that are read. */
        KEY_VALUE;

        /** How wide queries and keys are. */
        int channels(int queryWidth, int memoryWidth) {
            return this == QUERY ? queryWidth : memoryWidth;
        }

        private static CrossAttentionShape read(ConfigSource config) {
            String key = "cross_attention_shape_for_attention";
            return switch (config.optionalString(key, "kv")) {
                case "q" -> QUERY;
                case "kv" -> KEY_VALUE;
                default -> throw config.unexpected(key, "\"q\" or \"kv\"");
            };
        }
    }

    /** Reads the keys, with the defaults of transformers' {@code PerceiverConfig}. */
    static PerceiverConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        PerceiverKeys.requireTypes(config);
        int dLatents = ConfigChecks.width(config, "d_latents", 1280);
        OptionalInt qkChannels = channels(config, "qk_channels");
        OptionalInt vChannels = channels(config, "v_channels");
        int queryWidth = qkChannels.orElse(dLatents);
        int valueWidth = vChannels.orElse(queryWidth);
        if (valueWidth != dLatents) {
            throw config.unexpected(
                    vChannels.isPresent() ? "v_channels" : "qk_channels",
                    "the width of the latents, " + dLatents + ", since what values gather is added to them");
        }
        ConfigChecks.heads(config, "num_self_attention_heads", 8, dLatents);
        int selfHeads = ConfigChecks.heads(config, "num_self_attention_heads", 8, queryWidth);
        return new PerceiverConfig(
                config.optionalInt("num_latents", 256, 1, MOST_LATENTS),
                dLatents,
                ConfigChecks.layers(config, "num_blocks", 1),
                ConfigChecks.layers(config, "num_self_attends_per_block", 26),
                heads(selfHeads, queryWidth, valueWidth),
                ConfigChecks.heads(config, "num_cross_attention_heads", 8, dLatents),
                qkChannels,
                vChannels,
                CrossAttentionShape.read(config),
                factor(config, "self_attention_widening_factor"),
                factor(config, "cross_attention_widening_factor"),
                ConfigChecks.activation(config, "hidden_act", "gelu"),
                config.optionalBoolean("use_query_residual", true));
    }

    private static OptionalInt channels(ConfigSource config, String key) {
        return config.isSet(key) ? OptionalInt.of(config.requireInt(key, 1, ConfigChecks.WIDEST)) : OptionalInt.empty();
    }

    private static int factor(ConfigSource config, String key) {
        return config.optionalInt(key, 1, 1, WIDEST_FACTOR);
    }

    /** Refuses null. */
    PerceiverConfig {
        Arguments.require(selfAttention, "selfAttention");
        Arguments.require(qkChannels, "qkChannels");
        Arguments.require(vChannels, "vChannels");
        Arguments.require(shapeForCrossAttention, "shapeForCrossAttention");
        Arguments.require(hiddenAct, "hiddenAct");
    }

    /** What a model says of its latents. */
    LatentModel.Sizes latents() {
        return new LatentModel.Sizes(numLatents, selfAttention.heads(), layers(), dLatents);
    }

    /** How often latents look at each other in a pass. */
    int layers() {
        return Math.multiplyExact(numBlocks, numSelfAttendsPerBlock);
    }

    /**
     * The heads of the layer in which latents read the inputs.
     *
     * @param inputWidth channels of the inputs
     * @throws IllegalArgumentException if the heads do not divide what they share
     */
    AttentionShape readingHeads(int inputWidth) {
        int queryWidth = qkChannels.orElseGet(() -> shapeForCrossAttention.channels(dLatents, inputWidth));
        return heads(crossHeads, queryWidth, vChannels.orElse(queryWidth));
    }

    /**
     * The one head of a layer in which queries look at the latents, where nothing else is said.
     *
     * @param queryWidth channels of the queries
     */
    AttentionShape decodingHead(int queryWidth) {
        int channels = shapeForCrossAttention.channels(queryWidth, dLatents);
        return heads(1, channels, channels);
    }

    /**
     * Heads that share some channels.
     *
     * @throws IllegalArgumentException if they do not divide them
     */
    static AttentionShape heads(int heads, int queryWidth, int valueWidth) {
        if (queryWidth % heads != 0 || valueWidth % heads != 0) {
            throw new IllegalArgumentException("expected a number of heads that divides the channels of queries and"
                    + " values, found " + heads + " heads for " + queryWidth + " and " + valueWidth
                    + " channels (num_cross_attention_heads, qk_channels, v_channels)");
        }
        int headSize = queryWidth / heads;
        return new AttentionShape(heads, heads, headSize, valueWidth / heads, (float) (1 / Math.sqrt(headSize)));
    }
}
