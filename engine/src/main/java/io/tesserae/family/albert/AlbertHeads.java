package io.tesserae.family.albert;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TextHeads;
import io.tesserae.layer.Linear;
import io.tesserae.model.Encoder;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/** ALBERT's models by the names of their tensors. Of each the head comes first, as in {@link TextHeads}. */
record AlbertHeads(Engine engine, AlbertConfig config, TensorSource source) {

    /** The model without a head, with the pooler that its checkpoint may have. */
    Encoder encoder() {
        StateDict weights = stateDict();
        Encoder encoder = Albert.load(engine, config, weights, source, weights.contains("albert.pooler"));
        weights.requireAllUsed(AlbertHeads::belongsToSomeHead);
        return encoder;
    }

    /** What all families have alike, on an encoder without a pooler. */
    TextHeads textHeads() {
        StateDict weights = stateDict();
        return new TextHeads(
                engine,
                weights,
                config.hiddenSize(),
                () -> Albert.load(engine, config, weights, source, false),
                AlbertHeads::belongsToSomeHead);
    }

    /** A classifier on the pooled first token. */
    SequenceClassifier sequenceClassifier(int labels) {
        StateDict weights = stateDict();
        Linear classifier = Linear.load(engine, weights.at("classifier"), labels, config.hiddenSize());
        Albert albert = Albert.load(engine, config, weights, source, true);
        weights.requireAllUsed(AlbertHeads::belongsToSomeHead);
        return SequenceClassifier.ofFirstToken(
                albert, Optional.of(albert.pooler().orElseThrow()), classifier);
    }

    /**
     * A masked language model.
     *
     * @param tied whether decoder and bias are the word embeddings and {@code predictions.bias} where a checkpoint has none of its own:
     *     {@code tie_word_embeddings}
     */
    MaskedLanguageModel maskedLanguageModel(boolean tied) {
        return textHeads()
                .maskedLanguageModel(
                        tied,
                        new TextHeads.MaskedHead(
                                "predictions",
                                "dense",
                                "LayerNorm",
                                "albert.embeddings.word_embeddings.weight",
                                config.embeddingSize()),
                        config.vocabSize(),
                        config.hiddenAct(),
                        config.layerNormEps());
    }

    private StateDict stateDict() {
        return StateDict.ofOpen(source, "albert.");
    }

    /** Tensors of heads other than the one that is loaded may lie beside it; buffers of positions always may. */
    private static boolean belongsToSomeHead(String name) {
        return name.endsWith("position_ids")
                || name.matches("(albert\\.)?pooler\\.(weight|bias)"
                        + "|(classifier|qa_outputs)\\.(weight|bias)"
                        + "|(predictions|sop_classifier)\\..*");
    }
}
