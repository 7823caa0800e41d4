package io.tesserae.family.clip;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** CLIP: Radford et al., arXiv 2103.00020. */
public final class ClipFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("clip", "CLIP", Optional.of("CLIPImageProcessor")));

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
                .with(
                        Head.IMAGE_TEXT_ENCODER,
                        (engine, config, weights) -> ClipHeads.both(engine, ClipConfig.read(config), weights),
                        "logit_scale")
                .with(
                        Head.IMAGE_CLASSIFICATION,
                        (engine, config, weights) ->
                                ClipHeads.classifier(engine, ClipConfig.read(config), config.labelCount(), weights),
                        "classifier.weight")
                .withVariant(
                        Head.ENCODER,
                        "TextModel",
                        (engine, config, weights) -> ClipHeads.textModel(engine, ClipConfig.read(config), weights))
                .withVariant(
                        Head.IMAGE_ENCODER,
                        "VisionModel",
                        (engine, config, weights) -> ClipHeads.visionModel(engine, ClipConfig.read(config), weights));
    }
}
