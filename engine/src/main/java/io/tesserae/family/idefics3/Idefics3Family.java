package io.tesserae.family.idefics3;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** Idefics3: Laurençon et al., arXiv 2408.12637; and SmolVLM: Marafioti et al., arXiv 2504.05299. */
public final class Idefics3Family implements ModelFamily {

    private static final List<ModelType> TYPES = List.of(
            new ModelType("idefics3", "Idefics3", Optional.of("Idefics3ImageProcessor")),
            new ModelType("smolvlm", "SmolVLM", Optional.of("SmolVLMImageProcessor")));

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
                        Head.IMAGE_TEXT_TO_TEXT,
                        (engine, config, weights) -> Idefics3.load(engine, Idefics3Config.read(config), weights),
                        "connector.modality_projection.proj.weight");
    }
}
