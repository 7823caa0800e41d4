package io.tesserae.family.jat;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** JAT: Gallouédec et al., "Jack of All Trades, Master of Some", arXiv 2402.09844. */
public final class JatFamily implements ModelFamily {

    private static final List<ModelType> TYPES = List.of(new ModelType("jat", "Jat", Optional.of("GPT2Tokenizer")));

    /** There is one class, {@code JatModel}, whatever one does with it. */
    private static final String CLASS_SUFFIX = Head.GENERALIST.suffix();

    @Override
    public List<ModelType> modelTypes() {
        return TYPES;
    }

    @Override
    public Input input() {
        return Input.EPISODES;
    }

    @Override
    public Heads heads() {
        return Heads.none()
                .with(Head.GENERALIST, Jat::load)
                .withVariant(Head.CAUSAL_LM, CLASS_SUFFIX, Jat::languageModel)
                .withVariant(Head.IMAGE_CAPTIONING, CLASS_SUFFIX, Jat::captioner);
    }
}
