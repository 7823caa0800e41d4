package io.tesserae.family.gato;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** GATO: Reed et al., "A Generalist Agent", arXiv 2205.06175. */
public final class GatoFamily implements ModelFamily {

    private static final List<ModelType> TYPES = List.of(new ModelType("gato", "Gato", Optional.empty()));

    @Override
    public List<ModelType> modelTypes() {
        return TYPES;
    }

    @Override
    public Input input() {
        return Input.STREAMS;
    }

    @Override
    public Heads heads() {
        return Heads.none()
                .with(
                        Head.STREAM,
                        (engine, config, weights) -> Gato.load(engine, GatoConfig.read(config), weights),
                        "causal_lm_model.lm_head.weight");
    }
}
