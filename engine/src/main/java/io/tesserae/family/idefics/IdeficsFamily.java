package io.tesserae.family.idefics;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** IDEFICS: Laurençon et al., arXiv 2306.16527. */
public final class IdeficsFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("idefics", "Idefics", Optional.of("IdeficsImageProcessor")));

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
                        Head.IMAGE_TEXT_TO_TEXT,
                        "ForVisionText2Text",
                        Idefics::load,
                        "gated_cross_attn_layers.0.alpha_cross_attn");
    }
}
