package io.tesserae.family.albert;

import io.tesserae.engine.Engine;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import io.tesserae.tensor.TensorSource;
import java.util.List;
import java.util.Optional;

/** ALBERT, a BERT whose layers share their weights: Lan et al., arXiv 1909.11942. */
public final class AlbertFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("albert", "Albert", Optional.of("AlbertTokenizer")));

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
                        (engine, config, weights) -> of(engine, config, weights).encoder())
                .with(
                        Head.SEQUENCE_CLASSIFICATION,
                        (engine, config, weights) ->
                                of(engine, config, weights).sequenceClassifier(config.labelCount()),
                        "classifier.weight",
                        "pooler.weight")
                .with(
                        Head.TOKEN_CLASSIFICATION,
                        (engine, config, weights) ->
                                of(engine, config, weights).textHeads().tokenClassifier(config.labelCount()),
                        "classifier.weight")
                .with(
                        Head.QUESTION_ANSWERING,
                        (engine, config, weights) ->
                                of(engine, config, weights).textHeads().questionAnswerer(),
                        "qa_outputs.weight")
                .with(Head.MASKED_LM, (engine, config, weights) -> {
                    boolean tied = config.optionalBoolean("tie_word_embeddings", true);
                    return of(engine, config, weights).maskedLanguageModel(tied);
                })
                .with(
                        Head.MULTIPLE_CHOICE,
                        (engine, config, weights) -> of(engine, config, weights).sequenceClassifier(1));
    }

    private static AlbertHeads of(Engine engine, ConfigSource config, TensorSource weights) {
        return new AlbertHeads(engine, AlbertConfig.read(config), weights);
    }
}
