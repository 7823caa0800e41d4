package io.tesserae.family.roberta;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TextHeads;
import io.tesserae.layer.Linear;
import io.tesserae.model.Encoder;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/** RoBERTa's models by the names of their tensors. Of each the head comes first, as in {@link TextHeads}. */
record RobertaHeads(Engine engine, RobertaConfig config, TensorSource source) {

    /** The model without a head, with the pooler that its checkpoint may have. */
    Encoder encoder() {
        StateDict weights = stateDict();
        Encoder encoder = Roberta.load(engine, config, weights, source, weights.contains("roberta.pooler"));
        weights.requireAllUsed(RobertaHeads::belongsToSomeHead);
        return encoder;
    }

    /** What all families have alike, on an encoder without a pooler. */
    TextHeads textHeads() {
        StateDict weights = stateDict();
        return new TextHeads(
                engine,
                weights,
                config.hiddenSize(),
                () -> Roberta.load(engine, config, weights, source, false),
                RobertaHeads::belongsToSomeHead);
    }

    /** A score for a choice, on the pooled first token. */
    SequenceClassifier multipleChoice() {
        StateDict weights = stateDict();
        Linear classifier = Linear.load(engine, weights.at("classifier"), 1, config.hiddenSize());
        Roberta roberta = Roberta.load(engine, config, weights, source, true);
        weights.requireAllUsed(RobertaHeads::belongsToSomeHead);
        return SequenceClassifier.ofFirstToken(
                roberta, Optional.of(roberta.pooler().orElseThrow()), classifier);
    }

    /**
     * A masked language model.
     *
     * @param tied see {@link TextHeads#maskedLanguageModel}
     */
    MaskedLanguageModel maskedLanguageModel(boolean tied) {
        return textHeads()
                .maskedLanguageModel(
                        tied, "roberta.embeddings.word_embeddings.weight", config.vocabSize(), config.layerNormEps());
    }

    private StateDict stateDict() {
        return StateDict.ofOpen(source, "roberta.");
    }

    /** Tensors of heads other than the one that is loaded may lie beside it; buffers of positions always may. */
    private static boolean belongsToSomeHead(String name) {
        return name.endsWith("position_ids")
                || name.matches("(roberta\\.)?pooler\\.dense\\.(weight|bias)"
                        + "|(classifier|classifier\\.dense|classifier\\.out_proj|qa_outputs)\\.(weight|bias)"
                        + "|lm_head\\..*");
    }
}
