package io.tesserae.family.bert;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** BERT: Devlin et al., arXiv 1810.04805. Most sentence encoders are one. */
public final class BertFamily implements ModelFamily {

    private static final List<ModelType> TYPES = List.of(new ModelType("bert", "Bert", Optional.of("BertTokenizer")));

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
                        (engine, config, weights) -> BertHeads.encoder(engine, BertConfig.read(config), weights))
                .with(
                        Head.SEQUENCE_CLASSIFICATION,
                        (engine, config, weights) -> BertHeads.sequenceClassifier(
                                engine, BertConfig.read(config), "classifier", config.labelCount(), weights),
                        "classifier.weight",
                        "pooler.dense.weight")
                .with(
                        Head.TOKEN_CLASSIFICATION,
                        (engine, config, weights) -> BertHeads.tokenClassifier(
                                engine, BertConfig.read(config), config.labelCount(), weights),
                        "classifier.weight")
                .with(
                        Head.QUESTION_ANSWERING,
                        (engine, config, weights) ->
                                BertHeads.questionAnswerer(engine, BertConfig.read(config), weights),
                        "qa_outputs.weight")
                .with(Head.MASKED_LM, (engine, config, weights) -> {
                    boolean tied = config.optionalBoolean("tie_word_embeddings", true);
                    return BertHeads.maskedLanguageModel(engine, BertConfig.read(config), tied, weights);
                })
                .with(
                        Head.MULTIPLE_CHOICE,
                        (engine, config, weights) ->
                                BertHeads.sequenceClassifier(engine, BertConfig.read(config), "classifier", 1, weights))
                .with(
                        Head.NEXT_SENTENCE_PREDICTION,
                        (engine, config, weights) -> BertHeads.sequenceClassifier(
                                engine, BertConfig.read(config), "cls.seq_relationship", 2, weights));
    }
}
