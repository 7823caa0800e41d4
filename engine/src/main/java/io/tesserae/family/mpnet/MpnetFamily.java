package io.tesserae.family.mpnet;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import io.tesserae.tensor.Activation;
import java.util.List;
import java.util.Optional;

/** MPNet: Song et al., arXiv 2004.09297. Widely used sentence encoders are one. */
public final class MpnetFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("mpnet", "MPNet", Optional.of("MPNetTokenizer")));

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
                        (engine, config, weights) -> MpnetHeads.encoder(engine, MpnetConfig.read(config), weights))
                .with(
                        Head.SEQUENCE_CLASSIFICATION,
                        (engine, config, weights) -> MpnetHeads.textHeads(engine, MpnetConfig.read(config), weights)
                                .sequenceClassifier(config.labelCount(), Activation.TANH),
                        "classifier.out_proj.weight",
                        "classifier.dense.weight")
                .with(
                        Head.TOKEN_CLASSIFICATION,
                        (engine, config, weights) -> MpnetHeads.textHeads(engine, MpnetConfig.read(config), weights)
                                .tokenClassifier(config.labelCount()),
                        "classifier.weight")
                .with(
                        Head.QUESTION_ANSWERING,
                        (engine, config, weights) -> MpnetHeads.textHeads(engine, MpnetConfig.read(config), weights)
                                .questionAnswerer(),
                        "qa_outputs.weight")
                .with(Head.MASKED_LM, (engine, config, weights) -> {
                    boolean tied = config.optionalBoolean("tie_word_embeddings", true);
                    return MpnetHeads.maskedLanguageModel(engine, MpnetConfig.read(config), tied, weights);
                })
                .with(
                        Head.MULTIPLE_CHOICE,
                        (engine, config, weights) ->
                                MpnetHeads.multipleChoice(engine, MpnetConfig.read(config), weights));
    }
}
