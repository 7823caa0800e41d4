package io.tesserae.family.modernbert;

import io.tesserae.family.Head;
import io.tesserae.family.Heads;
import io.tesserae.family.Input;
import io.tesserae.family.ModelFamily;
import io.tesserae.family.ModelType;
import java.util.List;
import java.util.Optional;

/** ModernBERT, an encoder of long texts: Warner et al., arXiv 2412.13663. */
public final class ModernBertFamily implements ModelFamily {

    private static final List<ModelType> TYPES =
            List.of(new ModelType("modernbert", "ModernBert", Optional.of("PreTrainedTokenizerFast")));

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
                                ModernBertHeads.of(engine, config, weights).encoder())
                .with(
                        Head.SEQUENCE_CLASSIFICATION,
                        (engine, config, weights) ->
                                ModernBertHeads.of(engine, config, weights).sequenceClassifier(config.labelCount()),
                        "head.dense.weight",
                        "classifier.weight")
                .with(
                        Head.TOKEN_CLASSIFICATION,
                        (engine, config, weights) ->
                                ModernBertHeads.of(engine, config, weights).tokenClassifier(config.labelCount()))
                .with(
                        Head.QUESTION_ANSWERING,
                        (engine, config, weights) ->
                                ModernBertHeads.of(engine, config, weights).questionAnswerer())
                .with(
                        Head.MASKED_LM,
                        (engine, config, weights) ->
                                ModernBertHeads.of(engine, config, weights).maskedLanguageModel())
                .with(
                        Head.MULTIPLE_CHOICE,
                        (engine, config, weights) ->
                                ModernBertHeads.of(engine, config, weights).sequenceClassifier(1));
    }
}
