package io.tesserae.family.gpt2;

import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** GPT-2: Radford et al., "Language Models are Unsupervised Multitask Learners", 2019. */
public final class Gpt2Family implements ModelFamily {

    private static final List<ModelType> TYPES = List.of(new ModelType("gpt2", "GPT2", Optional.of("GPT2Tokenizer")));

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
                                engine, Gpt2Config.read(config), config.labelCount(), padding(config), weights),
                        "score.weight");
    }

    private static OptionalInt padding(ConfigSource config) {
        return config.isSet("pad_token_id")
                ? OptionalInt.of(config.requireInt("pad_token_id", Integer.MIN_VALUE, Integer.MAX_VALUE))
                : OptionalInt.empty();
    }
}
