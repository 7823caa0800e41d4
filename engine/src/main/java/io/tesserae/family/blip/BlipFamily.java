package io.tesserae.family.blip;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** BLIP: Li et al., arXiv 2201.12086. */
public final class BlipFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("blip", "Blip", Optional.of("BlipImageProcessor")));

    @Override
    public List<ModelType> modelTypes() {
        return TYPES;
    }

    @Override
    public Input input() {
        return Input.PIXELS_AND_TOKENS;
    }

    @Override
    public Heads heads() {
        return Heads.none()
                .withVariant(
                        Head.IMAGE_ENCODER,
                        "VisionModel",
                        (engine, config, weights) -> BlipHeads.visionModel(engine, BlipConfig.read(config), weights));
    }
}
