package io.tesserae.family.clip;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** CLIP's vision tower in a checkpoint of its own, which transformers has as a model type of its own. */
public final class ClipVisionFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("clip_vision_model", "CLIPVision", Optional.of("CLIPImageProcessor")));

    @Override
    public List<ModelType> modelTypes() {
        return TYPES;
    }

    @Override
    public Input input() {
        return Input.PIXELS;
    }

    @Override
    public Heads heads() {
        return Heads.none()
                .with(
                        Head.IMAGE_ENCODER,
                        (engine, config, weights) ->
                                ClipHeads.visionModelAlone(engine, ClipVisionConfig.read(config), false, weights))
                .withVariant(
                        Head.IMAGE_ENCODER,
                        "ModelWithProjection",
                        (engine, config, weights) ->
                                ClipHeads.visionModelAlone(engine, ClipVisionConfig.read(config), true, weights),
                        "visual_projection.weight");
    }
}
