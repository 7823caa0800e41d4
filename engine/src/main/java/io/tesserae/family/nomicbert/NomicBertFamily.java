package io.tesserae.family.nomicbert;

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

/** NomicBERT, an encoder of long texts: Nussbaum et al., arXiv 2402.01613. */
public final class NomicBertFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("nomic_bert", "NomicBert", Optional.of("BertTokenizer")));

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
                                of(engine, config, weights).textHeads().encoderAlone())
                .with(
                        Head.SEQUENCE_CLASSIFICATION,
                        (engine, config, weights) ->
                                of(engine, config, weights).sequenceClassifier(config.labelCount()),
                        "classifier.weight",
                        "pooler.dense.weight")
                .with(
                        Head.TOKEN_CLASSIFICATION,
                        (engine, config, weights) ->
                                of(engine, config, weights).textHeads().tokenClassifier(config.labelCount()),
                        "classifier.weight")
                .with(Head.MASKED_LM, (engine, config, weights) -> {
                    boolean tied = config.optionalBoolean("tie_word_embeddings", true);
                    return of(engine, config, weights).maskedLanguageModel(tied);
                });
    }

    private static NomicBertHeads of(Engine engine, ConfigSource config, TensorSource weights) {
        return new NomicBertHeads(engine, NomicBertConfig.read(config), weights);
    }
}
