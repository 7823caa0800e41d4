package io.tesserae.family.clip;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** CLIP's text tower in a checkpoint of its own, which transformers has as a model type of its own. */
public final class ClipTextFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("clip_text_model", "CLIPText", Optional.of("CLIPTokenizer")));

    @Override
    public List<ModelType> modelTypes() {
        return TYPES;
    }

    @Override
    public Input input() {
        return Input.TOKENS;
    }

    @Override
    public Heads heads() {
        return Heads.none()
                .with(
                        Head.ENCODER,
                        (engine, config, weights) ->
                                ClipHeads.textModelAlone(engine, ClipTextConfig.read(config), false, weights))
                .withVariant(
                        Head.ENCODER,
                        "ModelWithProjection",
                        (engine, config, weights) ->
                                ClipHeads.textModelAlone(engine, ClipTextConfig.read(config), true, weights),
                        "text_projection.weight");
    }
}
