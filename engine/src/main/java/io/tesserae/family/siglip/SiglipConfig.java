package io.tesserae.family.siglip;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;

/**
 * The numbers that make one SigLIP different from another, by the names of {@code config.json}; transformers' {@code SiglipConfig}.
 *
 * @param textConfig the tower that reads
 * @param visionConfig the tower that sees
 */
public record SiglipConfig(SiglipTextConfig textConfig, SiglipVisionConfig visionConfig) {

    /** Refuses null. */
    public SiglipConfig {
        Arguments.require(textConfig, "textConfig");
        Arguments.require(visionConfig, "visionConfig");
    }

    /** Reads SigLIP's keys. */
    public static SiglipConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        return new SiglipConfig(
                config.child("text_config").map(SiglipTextConfig::read).orElse(SiglipTextConfig.USUAL),
                config.child("vision_config").map(SiglipVisionConfig::read).orElse(SiglipVisionConfig.USUAL));
    }

    /** Reads the keys of a model that compares pictures with texts: both have vectors, of one width. */
    static SiglipConfig readOfBoth(ConfigSource config) {
        SiglipConfig read = read(config);
        int width = read.visionConfig.shape().hiddenSize();
        if (read.textConfig.projectionSize() != width) {
            throw child(config, "text_config")
                    .unexpected(
                            "projection_size",
                            width + ", the width of the vectors of pictures, which those of texts are"
                                    + " compared with");
        }
        if (!read.visionConfig.hasHead()) {
            throw child(config, "vision_config")
                    .unexpected("vision_use_head", "true: without it, there is no vector of a picture to compare");
        }
        return read;
    }

    private static ConfigSource child(ConfigSource config, String key) {
        return config.child(key).<ConfigSource>map(tower -> tower).orElse(config);
    }
}
