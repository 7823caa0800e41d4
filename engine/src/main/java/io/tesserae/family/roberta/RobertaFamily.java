package io.tesserae.family.roberta;

import io.tesserae.engine.Engine;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.TensorSource;
import java.util.List;
import java.util.Optional;

/** RoBERTa: Liu et al., arXiv 1907.11692; and XLM-RoBERTa and CamemBERT, which differ from it in their vocabularies. */
public final class RobertaFamily implements ModelFamily {

    private static final String ROBERTA = "roberta";

    private static final List<ModelType> TYPES = List.of(
            new ModelType(ROBERTA, "Roberta", Optional.of("RobertaTokenizer")),
            new ModelType("xlm-roberta", "XLMRoberta", Optional.of("XLMRobertaTokenizer")),
            new ModelType("camembert", "Camembert", Optional.of("CamembertTokenizer")));

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
                        (engine, config, weights) -> of(engine, config, weights)
                                .textHeads()
                                .sequenceClassifier(config.labelCount(), Activation.TANH),
                        "classifier.out_proj.weight",
                        "classifier.dense.weight")
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
                        (engine, config, weights) -> of(engine, config, weights).multipleChoice());
    }

    private static RobertaHeads of(Engine engine, ConfigSource config, TensorSource weights) {
        int vocabulary = config.modelType().equals(ROBERTA) ? 50265 : 30522;
        return new RobertaHeads(engine, RobertaConfig.read(config, vocabulary), weights);
    }
}
