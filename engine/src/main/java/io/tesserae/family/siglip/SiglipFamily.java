package io.tesserae.family.siglip;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** SigLIP: Zhai et al., arXiv 2303.15343. */
public final class SiglipFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("siglip", "Siglip", Optional.of("SiglipImageProcessor")));

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
                        (engine, config, weights) -> SiglipHeads.both(engine, SiglipConfig.readOfBoth(config), weights),
                        "logit_scale",
                        "logit_bias")
                .with(
                        Head.IMAGE_CLASSIFICATION,
                        (engine, config, weights) ->
                                SiglipHeads.classifier(engine, SiglipConfig.read(config), config.labelCount(), weights),
                        "classifier.weight")
                .withVariant(
                        Head.ENCODER,
                        "TextModel",
                        (engine, config, weights) -> SiglipHeads.textModel(engine, SiglipConfig.read(config), weights))
                .withVariant(
                        Head.IMAGE_ENCODER,
                        "VisionModel",
                        (engine, config, weights) ->
                                SiglipHeads.visionModel(engine, SiglipConfig.read(config), weights));
    }
}
