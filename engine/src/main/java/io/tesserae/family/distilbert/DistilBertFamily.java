package io.tesserae.family.distilbert;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** DistilBERT, a smaller BERT: Sanh et al., arXiv 1910.01108. */
public final class DistilBertFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("distilbert", "DistilBert", Optional.of("BertTokenizer")));

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
                                DistilBertHeads.encoder(engine, DistilBertConfig.read(config), weights))
                .with(
                        Head.SEQUENCE_CLASSIFICATION,
                        (engine, config, weights) -> DistilBertHeads.sequenceClassifier(
                                engine, DistilBertConfig.read(config), config.labelCount(), weights),
                        "classifier.weight",
                        "pre_classifier.weight")
                .with(
                        Head.TOKEN_CLASSIFICATION,
                        (engine, config, weights) -> DistilBertHeads.tokenClassifier(
                                engine, DistilBertConfig.read(config), config.labelCount(), weights),
                        "classifier.weight")
                .with(
                        Head.QUESTION_ANSWERING,
                        (engine, config, weights) ->
                                DistilBertHeads.questionAnswerer(engine, DistilBertConfig.read(config), weights),
                        "qa_outputs.weight")
                .with(Head.MASKED_LM, (engine, config, weights) -> {
                    boolean tied = config.optionalBoolean("tie_word_embeddings", true);
                    return DistilBertHeads.maskedLanguageModel(engine, DistilBertConfig.read(config), tied, weights);
                })
                .with(
                        Head.MULTIPLE_CHOICE,
                        (engine, config, weights) ->
                                DistilBertHeads.sequenceClassifier(engine, DistilBertConfig.read(config), 1, weights));
    }
}
