package io.tesserae.family.electra;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import io.tesserae.tensor.Activation;
import java.util.List;
import java.util.Optional;

/** ELECTRA, a BERT that finds replaced tokens: Clark et al., arXiv 2003.10555. */
public final class ElectraFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("electra", "Electra", Optional.of("BertTokenizer")));

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
                        (engine, config, weights) -> ElectraHeads.textHeads(engine, ElectraConfig.read(config), weights)
                                .encoderAlone())
                .with(
                        ElectraHeads.DISCRIMINATOR,
                        (engine, config, weights) ->
                                ElectraHeads.discriminator(engine, ElectraConfig.read(config), weights),
                        "discriminator_predictions.dense_prediction.weight")
                .with(
                        Head.SEQUENCE_CLASSIFICATION,
                        (engine, config, weights) -> ElectraHeads.textHeads(engine, ElectraConfig.read(config), weights)
                                // GELU, whatever hidden_act says.
                                .sequenceClassifier(config.labelCount(), Activation.GELU),
                        "classifier.out_proj.weight",
                        "classifier.dense.weight")
                .with(
                        Head.TOKEN_CLASSIFICATION,
                        (engine, config, weights) -> ElectraHeads.textHeads(engine, ElectraConfig.read(config), weights)
                                .tokenClassifier(config.labelCount()),
                        "classifier.weight")
                .with(
                        Head.QUESTION_ANSWERING,
                        (engine, config, weights) -> ElectraHeads.textHeads(engine, ElectraConfig.read(config), weights)
                                .questionAnswerer(),
                        "qa_outputs.weight")
                .with(Head.MASKED_LM, (engine, config, weights) -> {
                    boolean tied = config.optionalBoolean("tie_word_embeddings", true);
                    return ElectraHeads.maskedLanguageModel(engine, ElectraConfig.read(config), tied, weights);
                })
                .with(
                        Head.MULTIPLE_CHOICE,
                        (engine, config, weights) -> ElectraHeads.multipleChoice(
                                engine, ElectraConfig.read(config), ElectraConfig.summaryActivation(config), weights));
    }
}
