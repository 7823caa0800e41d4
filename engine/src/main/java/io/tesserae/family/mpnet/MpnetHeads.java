package io.tesserae.family.mpnet;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TextHeads;
import io.tesserae.layer.Linear;
import io.tesserae.model.Encoder;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/** MPNet's models by the names of their tensors. Of each the head comes first, as in {@link TextHeads}. */
final class MpnetHeads {

    private MpnetHeads() {}

    /** The model without a head, with the pooler that its checkpoint may have. */
    static Encoder encoder(Engine engine, MpnetConfig config, TensorSource source) {
        StateDict weights = stateDict(source);
        Encoder encoder = Mpnet.load(engine, config, weights, source, weights.contains("mpnet.pooler"));
        weights.requireAllUsed(MpnetHeads::belongsToSomeHead);
        return encoder;
    }

    /** What all families have alike, on an encoder without a pooler. */
    static TextHeads textHeads(Engine engine, MpnetConfig config, TensorSource source) {
        StateDict weights = stateDict(source);
        return new TextHeads(
                engine,
                weights,
                config.hiddenSize(),
                () -> Mpnet.load(engine, config, weights, source, false),
                MpnetHeads::belongsToSomeHead);
    }

    /** A score for a choice, on the pooled first token. */
    static SequenceClassifier multipleChoice(Engine engine, MpnetConfig config, TensorSource source) {
        StateDict weights = stateDict(source);
        Linear classifier = Linear.load(engine, weights.at("classifier"), 1, config.hiddenSize());
        Mpnet mpnet = Mpnet.load(engine, config, weights, source, true);
        weights.requireAllUsed(MpnetHeads::belongsToSomeHead);
        return SequenceClassifier.ofFirstToken(mpnet, Optional.of(mpnet.pooler().orElseThrow()), classifier);
    }

    /**
     * A masked language model.
     *
     * @param tied see {@link TextHeads#maskedLanguageModel}
     */
    static MaskedLanguageModel maskedLanguageModel(
            Engine engine, MpnetConfig config, boolean tied, TensorSource source) {
        return textHeads(engine, config, source)
                .maskedLanguageModel(
                        tied, "mpnet.embeddings.word_embeddings.weight", config.vocabSize(), config.layerNormEps());
    }

    private static StateDict stateDict(TensorSource source) {
        return StateDict.ofOpen(source, "mpnet.");
    }

    /** Tensors of heads other than the one that is loaded may lie beside it; buffers of positions always may. */
    private static boolean belongsToSomeHead(String name) {
        return name.endsWith("position_ids")
                || name.matches("(mpnet\\.)?pooler\\.dense\\.(weight|bias)"
                        + "|(classifier|classifier\\.dense|classifier\\.out_proj|qa_outputs)\\.(weight|bias)"
                        + "|lm_head\\..*");
    }
}
