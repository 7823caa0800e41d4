package io.tesserae.family.nomicbert;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TextHeads;
import io.tesserae.layer.Linear;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/** NomicBERT's models by the names of their tensors. Of each the head comes first, as in {@link TextHeads}. */
record NomicBertHeads(Engine engine, NomicBertConfig config, TensorSource source) {

    /** The model without a head, and what all families have alike, on an encoder without a pooler. */
    TextHeads textHeads() {
        StateDict weights = stateDict();
        return new TextHeads(
                engine,
                weights,
                config.hiddenSize(),
                () -> NomicBert.load(engine, config, weights, source, false),
                NomicBertHeads::belongsToSomeHead);
    }

    /** A classifier on the pooled first token. */
    SequenceClassifier sequenceClassifier(int labels) {
        StateDict weights = stateDict();
        Linear classifier = Linear.load(engine, weights.at("classifier"), labels, config.hiddenSize());
        NomicBert encoder = NomicBert.load(engine, config, weights, source, true);
        weights.requireAllUsed(NomicBertHeads::belongsToSomeHead);
        return SequenceClassifier.ofFirstToken(
                encoder, Optional.of(encoder.pooler().orElseThrow()), classifier);
    }

    /**
     * A masked language model.
     *
     * @param tied whether decoder and bias are the word embeddings and {@code cls.predictions.bias} where a checkpoint has none of its own:
     *     {@code tie_word_embeddings}
     */
    MaskedLanguageModel maskedLanguageModel(boolean tied) {
        TextHeads heads = textHeads();
        return heads.maskedLanguageModel(
                tied,
                new TextHeads.MaskedHead(
                        "cls.predictions",
                        "transform.dense",
                        "transform.layer_norm",
                        NomicBert.prefix(heads.weights()) + ".embeddings.word_embeddings.weight",
                        config.hiddenSize()),
                config.vocabSize(),
                config.hiddenAct(),
                config.layerNormEps());
    }

    private StateDict stateDict() {
        return StateDict.ofOpen(source, "nomic_bert.");
    }

    /** Tensors of heads other than the one that is loaded may lie beside it; buffers of positions always may. */
    private static boolean belongsToSomeHead(String name) {
        return name.endsWith("inv_freq")
                || name.matches("((nomic_)?bert\\.)?pooler\\.dense\\.(weight|bias)"
                        + "|classifier\\.(weight|bias)"
                        + "|cls\\.predictions\\..*");
    }
}
