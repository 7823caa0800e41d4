package io.tesserae.family.idefics3;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.TokensOfConfig;
import io.tesserae.family.llama.LlamaConfig;
import io.tesserae.model.GenerationTokens;
import java.util.List;
import java.util.OptionalInt;

/**
 * The numbers that make one Idefics3 different from another, by the names of {@code config.json}; transformers' {@code Idefics3Config}
 * and {@code SmolVLMConfig}.
 *
 * @param textConfig the text side, a LLaMA
 * @param visionConfig the vision side
 * @param scaleFactor so many patches down and across become one row
 * @param imageTokenId the mark in a text that stands for a row of a picture
 * @param tieWordEmbeddings whether the head's weight is that of the word embeddings, where a file has no other; what {@code
 *     text_config} says of it is without effect
 * @param tokens what texts begin, end and are padded with
 */
public record Idefics3Config(
        LlamaConfig textConfig,
        Idefics3VisionConfig visionConfig,
        int scaleFactor,
        int imageTokenId,
        boolean tieWordEmbeddings,
        GenerationTokens tokens) {

    private static final int USUAL_SCALE_FACTOR = 2;
    private static final int USUAL_IMAGE_TOKEN = 128_257;
    private static final int USUAL_PADDING = 128_002;

    /** Checks what no checkpoint can break. */
    public Idefics3Config {
        Arguments.require(textConfig, "textConfig");
        Arguments.require(visionConfig, "visionConfig");
        Arguments.require(tokens, "tokens");
        if (scaleFactor < 1 || visionConfig.side() % scaleFactor != 0) {
            throw new IllegalArgumentException("scale_factor " + scaleFactor + " does not divide the "
                    + visionConfig.side() + " patches of a side");
        }
    }

    /** Reads Idefics3's keys. Those of a resampler, which old files have, are without effect in the reference too. */
    static Idefics3Config read(ConfigSource config) {
        ConfigChecks.requireKnownStorage(config);
        if (!config.isSet("text_config")) {
            throw config.unexpected("text_config", "an object that describes the text side, which writes");
        }
        ConfigSource text = config.child("text_config").orElseThrow();
        if (text.isSet("model_type") && !text.requireString("model_type").equals("llama")) {
            throw text.unexpected("model_type", "llama: other text sides are not supported in this family");
        }
        Idefics3VisionConfig vision =
                config.child("vision_config").map(Idefics3VisionConfig::read).orElse(Idefics3VisionConfig.USUAL);
        return new Idefics3Config(
                LlamaConfig.read(text),
                vision,
                scaleFactor(config, vision),
                config.optionalInt("image_token_id", USUAL_IMAGE_TOKEN, 0, ConfigChecks.LARGEST_VOCABULARY),
                config.optionalBoolean("tie_word_embeddings", false),
                tokens(config, text));
    }

    private static int scaleFactor(ConfigSource config, Idefics3VisionConfig vision) {
        int factor = config.optionalInt("scale_factor", USUAL_SCALE_FACTOR, 1, vision.side());
        if (vision.side() % factor != 0) {
            throw config.unexpected(
                    "scale_factor",
                    "a divisor of the " + vision.side()
                            + " patches along a side of a picture (image_size by patch_size of vision_config)");
        }
        if ((long) factor * factor * vision.hiddenSize() > ConfigChecks.WIDEST) {
            throw config.unexpected(
                    "scale_factor",
                    "a factor whose square times the vision side's hidden_size, " + vision.hiddenSize()
                            + ", is at most " + ConfigChecks.WIDEST);
        }
        return factor;
    }

    /** What the model's keys do not say, the text side's do; only padding has a default of its own here. */
    private static GenerationTokens tokens(ConfigSource config, ConfigSource text) {
        GenerationTokens inner = TokensOfConfig.read(text, 1, 2);
        GenerationTokens outer = TokensOfConfig.read(config, text, inner);
        List<Integer> padding =
                config.optionalInts("pad_token_id", List.of(USUAL_PADDING), Integer.MIN_VALUE, Integer.MAX_VALUE);
        return new GenerationTokens(
                outer.start(), outer.ends(), padding.isEmpty() ? inner.padding() : OptionalInt.of(padding.getFirst()));
    }

    /** How many rows a picture of so many patches becomes. */
    int rows(int patches) {
        return patches / (scaleFactor * scaleFactor);
    }
}
