package io.tesserae.family.gpt2;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import io.tesserae.family.common.TokensOfConfig;
import java.util.List;
import java.util.Optional;

/** GPT-2: Radford et al., "Language Models are Unsupervised Multitask Learners", 2019. */
public final class Gpt2Family implements ModelFamily {

    private static final List<ModelType> TYPES = List.of(new ModelType("gpt2", "GPT2", Optional.of("GPT2Tokenizer")));

    /** {@code <|endoftext|>}, which begins and ends texts where config.json does not say what does. */
    public static final int END_OF_TEXT = 50256;

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
                        (engine, config, weights) -> Gpt2Heads.encoder(engine, Gpt2Config.read(config), weights))
                .with(
                        Head.SEQUENCE_CLASSIFICATION,
                        (engine, config, weights) -> Gpt2Heads.sequenceClassifier(
                                engine,
                                Gpt2Config.read(config),
                                config.labelCount(),
                                TokensOfConfig.padding(config),
                                weights),
                        "score.weight")
                .with(
                        Head.CAUSAL_LM,
                        (engine, config, weights) -> Gpt2Heads.languageModel(
                                engine,
                                Gpt2Config.read(config),
                                Gpt2Config.tied(config),
                                TokensOfConfig.read(config, END_OF_TEXT),
                                weights),
                        "lm_head.weight");
    }
}
