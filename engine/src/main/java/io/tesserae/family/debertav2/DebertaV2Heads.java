package io.tesserae.family.debertav2;

import io.tesserae.engine.Engine;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.TextHeads;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Pooler;
import io.tesserae.model.Encoder;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/** DeBERTa-v2's models by the names of their tensors. Of each the head comes first, as in {@link TextHeads}. */
record DebertaV2Heads(Engine engine, DebertaV2Config config, ConfigSource keys, TensorSource source) {

    private static final String WORDS = "deberta.embeddings.word_embeddings.weight";

    static DebertaV2Heads of(Engine engine, ConfigSource config, TensorSource source) {
        return new DebertaV2Heads(engine, DebertaV2Config.read(config), config, source);
    }

    /** What all families have alike. */
    TextHeads textHeads() {
        StateDict weights = StateDict.ofOpen(source, "deberta.");
        return new TextHeads(
                engine,
                weights,
                config.hiddenSize(),
                () -> DebertaV2.load(engine, config, weights, source),
                DebertaV2Heads::belongsToSomeHead);
    }

    /** A classifier on the pooled first token; a choice is one with one label. */
    SequenceClassifier sequenceClassifier(int labels) {
        int hidden = config.hiddenSize();
        if (keys.optionalInt("pooler_hidden_size", hidden, 1, ConfigChecks.WIDEST) != hidden) {
            throw keys.unexpected("pooler_hidden_size", hidden + ", the same as hidden_size");
        }
        TextHeads heads = textHeads();
        Linear classifier = Linear.load(engine, heads.weights().at("classifier"), labels, hidden);
        Pooler pooler = new Pooler(
                Linear.load(engine, heads.weights().at("pooler.dense"), hidden, hidden),
                ConfigChecks.activation(keys, "pooler_hidden_act", "gelu"));
        return SequenceClassifier.ofFirstToken(heads.encoderAlone(), Optional.of(pooler), classifier);
    }

    /** A masked language model, of one of two kinds: {@code legacy}. */
    MaskedLanguageModel maskedLanguageModel() {
        return keys.optionalBoolean("legacy", true) ? bertsKind() : ownKind();
    }

    /** {@code cls.predictions}, as BERT has it. It is what transformers takes a file for that does not say. */
    private MaskedLanguageModel bertsKind() {
        return textHeads()
                .maskedLanguageModel(
                        keys.optionalBoolean("tie_word_embeddings", true),
                        new TextHeads.MaskedHead(
                                "cls.predictions",
                                "transform.dense",
                                "transform.LayerNorm",
                                WORDS,
                                config.embeddingSize()),
                        config.vocabSize(),
                        config.hiddenAct(),
                        config.layerNormEps());
    }

    /** {@code lm_predictions.lm_head}, as Microsoft's files have it. It compares with the embeddings, whatever {@code tie_word_embeddings} says. */
    private MaskedLanguageModel ownKind() {
        int hidden = config.hiddenSize();
        if (config.embeddingSize() != hidden) {
            throw keys.unexpected("embedding_size", hidden + ", the same as hidden_size, where legacy is false");
        }
        TextHeads heads = textHeads();
        StateDict head = heads.weights().at("lm_predictions.lm_head");
        Tensor bias = head.read("bias", config.vocabSize());
        Linear dense = Linear.load(engine, head.at("dense"), hidden, hidden);
        LayerNorm norm = LayerNorm.load(head.at("LayerNorm"), hidden, config.layerNormEps());
        Encoder encoder = heads.encoder().get();
        MaskedLanguageModel model = MaskedLanguageModel.of(
                encoder,
                dense,
                config.hiddenAct(),
                norm,
                Linear.load(
                        engine,
                        heads.weights().require(WORDS, config.vocabSize(), hidden),
                        bias,
                        config.vocabSize(),
                        hidden));
        heads.weights().requireAllUsed(DebertaV2Heads::belongsToSomeHead);
        return model;
    }

    /**
     * Tensors of heads other than the one that is loaded may lie beside it; so may positions, which Microsoft's files have whether they
     * are added or not.
     */
    private static boolean belongsToSomeHead(String name) {
        return name.contains("position_embeddings")
                || name.endsWith("position_ids")
                || name.matches("pooler\\.dense\\.(weight|bias)|(classifier|qa_outputs)\\.(weight|bias)"
                        + "|(cls|lm_predictions|mask_predictions)\\..*");
    }
}
