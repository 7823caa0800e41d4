package io.tesserae.family.blip;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** BLIP's vision tower in a checkpoint of its own, which transformers has as a model type of its own. */
public final class BlipVisionFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("blip_vision_model", "BlipVision", Optional.empty()));

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
                                BlipHeads.visionModelAlone(engine, BlipVisionConfig.read(config), weights));
    }
}
