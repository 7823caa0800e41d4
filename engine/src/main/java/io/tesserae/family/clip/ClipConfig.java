package io.tesserae.family.clip;

import io.tesserae.arguments.Arguments;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import java.util.Optional;

/**
 * The numbers that make one CLIP different from another, by the names of {@code config.json}; transformers' {@code CLIPConfig}.
 *
 * @param textConfig the tower that reads
 * @param visionConfig the tower that sees
 * @param projectionDim width of the vectors that pictures and texts have in common
 */
public record ClipConfig(ClipTextConfig textConfig, ClipVisionConfig visionConfig, int projectionDim) {

    private static final int USUAL_PROJECTION_DIM = 512;

    /** Checks what no checkpoint can break. */
    public ClipConfig {
        Arguments.require(textConfig, "textConfig");
        Arguments.require(visionConfig, "visionConfig");
        if (projectionDim < 1) {
            throw new IllegalArgumentException("projection_dim " + projectionDim + " must be positive");
        }
    }

    /** Reads CLIP's keys. */
    public static ClipConfig read(ConfigSource config) {
        ConfigChecks.requireKnownMathematics(config);
        return new ClipConfig(
                tower(config, "text_config").map(ClipTextConfig::read).orElse(ClipTextConfig.USUAL),
                tower(config, "vision_config").map(ClipVisionConfig::read).orElse(ClipVisionConfig.USUAL),
                ConfigChecks.width(config, "projection_dim", USUAL_PROJECTION_DIM));
    }

    /** Old files have a second object, {@code text_config_dict}. Where it is there it holds, and its defaults with it. */
    private static Optional<ConfigSource> tower(ConfigSource config, String key) {
        Optional<? extends ConfigSource> old = config.child(key + "_dict");
        return old.isPresent() ? old.map(tower -> tower) : config.child(key).map(tower -> tower);
    }
}
