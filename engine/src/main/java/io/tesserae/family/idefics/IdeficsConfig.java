package io.tesserae.family.idefics;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.RopeParameters;
import io.tesserae.family.common.TokensOfConfig;
import io.tesserae.family.llama.LlamaConfig;
import io.tesserae.model.GenerationTokens;
import java.util.Optional;

/**
 * The numbers that make one IDEFICS different from another, by the names of {@code config.json}; transformers' {@code IdeficsConfig}. What
 * is frozen in training, and what gates begin with, are no matter here.
 *
 * @param text the language model, whose vocabulary is that of both parts
 * @param additionalVocabSize words behind the first {@code vocab_size}, with tables of their own; 0 if there are none
 * @param crossLayerInterval layers for each gated block; divides their number
 * @param qkLayerNorms whether the gated blocks normalise queries and keys
 * @param vectorGates whether a gate has a factor for each channel, and not one for all: {@code alpha_type}
 * @param tied whether the head's weights are those of the word embeddings, where a file has no others
 * @param resampler makes a few rows of a picture's many; empty if the decoder looks at all
 * @param vision the vision tower
 * @param tokens what texts begin, end and are padded with
 */
record IdeficsConfig(
        LlamaConfig text,
        int additionalVocabSize,
        int crossLayerInterval,
        boolean qkLayerNorms,
        boolean vectorGates,
        boolean tied,
        Optional<IdeficsResamplerConfig> resampler,
        IdeficsVisionConfig vision,
        GenerationTokens tokens) {

    /** Checks what no checkpoint can break. */
    IdeficsConfig {
        Arguments.require(text, "text");
        Arguments.require(resampler, "resampler");
        Arguments.require(vision, "vision");
        Arguments.require(tokens, "tokens");
        if (crossLayerInterval < 1 || text.layers() % crossLayerInterval != 0) {
            throw new IllegalArgumentException(
                    "cross_layer_interval " + crossLayerInterval + " does not divide " + text.layers() + " layers");
        }
    }

    /** Reads IDEFICS's keys. */
    static IdeficsConfig read(ConfigSource config) {
        int additional = config.optionalInt("additional_vocab_size", 0, 0, ConfigChecks.LARGEST_VOCABULARY);
        LlamaConfig text = text(config, additional);
        int interval = config.optionalInt("cross_layer_interval", 1, 1, ConfigChecks.MOST_LAYERS);
        if (text.layers() % interval != 0) {
            throw config.unexpected("cross_layer_interval", "a divisor of num_hidden_layers, " + text.layers());
        }
        Optional<IdeficsResamplerConfig> resampler = config.optionalBoolean("use_resampler", false)
                ? Optional.of(config.child("perceiver_config")
                        .map(IdeficsResamplerConfig::read)
                        .orElse(IdeficsResamplerConfig.USUAL))
                : Optional.empty();
        return new IdeficsConfig(
                text,
                additional,
                interval,
                config.optionalBoolean("qk_layer_norms", false),
                vectorGates(config),
                LlamaConfig.tied(config),
                resampler,
                config.child("vision_config").map(IdeficsVisionConfig::read).orElse(IdeficsVisionConfig.USUAL),
                TokensOfConfig.read(config, 1, 2, 0));
    }

    /** A LLaMA of a plain kind: as many heads of keys as of queries, no biases, heads that share the width. */
    private static LlamaConfig text(ConfigSource config, int additional) {
        ConfigChecks.requireKnownMathematicsOfDecoder(config);
        int hiddenSize = ConfigChecks.width(config, "hidden_size", 4096);
        int heads = ConfigChecks.heads(config, "num_attention_heads", 32, hiddenSize);
        int headDim = hiddenSize / heads;
        if (headDim % 2 != 0) {
            throw config.unexpected(
                    "num_attention_heads",
                    "heads of an even number of channels, which are turned in pairs, and not of " + headDim);
        }
        if (config.isSet("head_dim") && ConfigChecks.width(config, "head_dim", headDim) != headDim) {
            throw config.unexpected(
                    "head_dim", headDim + ", which is hidden_size by num_attention_heads, or no such key");
        }
        return new LlamaConfig(
                config.optionalInt("vocab_size", 32000, 1, ConfigChecks.LARGEST_VOCABULARY) + additional,
                hiddenSize,
                ConfigChecks.width(config, "intermediate_size", 11008),
                ConfigChecks.layers(config, "num_hidden_layers", 32),
                heads,
                heads,
                headDim,
                ConfigChecks.activation(config, "hidden_act", "silu"),
                config.optionalInt("max_position_embeddings", 2048, 1, ConfigChecks.MOST_POSITIONS),
                ConfigChecks.epsilon(config, "rms_norm_eps", 1e-6),
                false,
                false,
                RopeParameters.read(config, headDim));
    }

    private static boolean vectorGates(ConfigSource config) {
        return switch (config.optionalString("alpha_type", "float")) {
            case "float" -> false;
            case "vector" -> true;
            default -> throw config.unexpected("alpha_type", "float or vector, the gates that there are");
        };
    }

    /** Words of the first part of the vocabulary. */
    int firstVocabSize() {
        return text.vocabSize() - additionalVocabSize;
    }

    /** Rows that the decoder sees of a picture. */
    int rowsOfPicture() {
        return resampler.map(IdeficsResamplerConfig::latents).orElse(vision.tokens());
    }
}
