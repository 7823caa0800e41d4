package io.tesserae.family.siglip;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** SigLIP's text tower in a checkpoint of its own, which transformers has as a model type of its own. */
public final class SiglipTextFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("siglip_text_model", "SiglipText", Optional.of("SiglipTokenizer")));

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
                                SiglipHeads.textModelAlone(engine, SiglipTextConfig.read(config), weights));
    }
}
