package io.tesserae.family.debertav2;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** DeBERTa-v2 and v3: He et al., arXiv 2006.03654 and 2111.09543. */
public final class DebertaV2Family implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("deberta-v2", "DebertaV2", Optional.of("DebertaV2Tokenizer")));

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
                        (engine, config, weights) -> DebertaV2Heads.of(engine, config, weights)
                                .textHeads()
                                .encoderAlone())
                .with(
                        Head.SEQUENCE_CLASSIFICATION,
                        (engine, config, weights) ->
                                DebertaV2Heads.of(engine, config, weights).sequenceClassifier(config.labelCount()),
                        "classifier.weight",
                        "pooler.dense.weight")
                .with(
                        Head.TOKEN_CLASSIFICATION,
                        (engine, config, weights) -> DebertaV2Heads.of(engine, config, weights)
                                .textHeads()
                                .tokenClassifier(config.labelCount()),
                        "classifier.weight")
                .with(
                        Head.QUESTION_ANSWERING,
                        (engine, config, weights) -> DebertaV2Heads.of(engine, config, weights)
                                .textHeads()
                                .questionAnswerer(),
                        "qa_outputs.weight")
                .with(
                        Head.MASKED_LM,
                        (engine, config, weights) ->
                                DebertaV2Heads.of(engine, config, weights).maskedLanguageModel())
                .with(
                        Head.MULTIPLE_CHOICE,
                        (engine, config, weights) ->
                                DebertaV2Heads.of(engine, config, weights).sequenceClassifier(1));
    }
}
