package io.tesserae.family.blip;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;

/**
 * The numbers that make one BLIP different from another, by the names of {@code config.json}; transformers' {@code BlipConfig}. The
 * width of what the text side looks at is the vision side's, whatever {@code encoder_hidden_size} says.
 *
 * @param textConfig the text side, which writes
 * @param visionConfig the vision side, which sees
 * @param imageTextHiddenSize width that pictures and texts have in common where they are compared
 * @param tieWordEmbeddings whether the head's weight is that of the word embeddings, where a file has no other: this key says so, or
 *     that of the text side
 */
public record BlipConfig(
        BlipTextConfig textConfig, BlipVisionConfig visionConfig, int imageTextHiddenSize, boolean tieWordEmbeddings) {

    private static final int USUAL_IMAGE_TEXT_HIDDEN_SIZE = 256;

    /** Checks what no checkpoint can break. */
    public BlipConfig {
        Arguments.require(textConfig, "textConfig");
        Arguments.require(visionConfig, "visionConfig");
        if (imageTextHiddenSize < 1) {
            throw new IllegalArgumentException("image_text_hidden_size " + imageTextHiddenSize + " must be positive");
        }
    }

    /** Reads BLIP's keys. */
    public static BlipConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        BlipTextConfig text =
                config.child("text_config").map(BlipTextConfig::read).orElse(BlipTextConfig.USUAL);
        BlipVisionConfig vision =
                config.child("vision_config").map(BlipVisionConfig::read).orElse(BlipVisionConfig.USUAL);
        return new BlipConfig(
                text,
                vision,
                ConfigChecks.width(config, "image_text_hidden_size", USUAL_IMAGE_TEXT_HIDDEN_SIZE),
                config.optionalBoolean("tie_word_embeddings", true) || text.tieWordEmbeddings());
    }

    /** Reads the keys of a model whose decoder looks at a question, in the place of the picture: both are then of one width. */
    static BlipConfig readOfQuestions(ConfigSource config) {
        BlipConfig read = read(config);
        int width = read.visionConfig().hiddenSize();
        if (read.textConfig().hiddenSize() != width) {
            throw config.child("text_config")
                    .<ConfigSource>map(text -> text)
                    .orElse(config)
                    .unexpected(
                            "hidden_size",
                            width + ", the width of the vision side: the decoder looks at the question with weights of"
                                    + " that width");
        }
        return read;
    }
}
