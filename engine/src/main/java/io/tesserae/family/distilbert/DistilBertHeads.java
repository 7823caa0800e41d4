package io.tesserae.family.distilbert;

import io.tesserae.engine.Engine;
import io.tesserae.family.common.TextHeads;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Pooler;
import io.tesserae.model.Encoder;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.QuestionAnswerer;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.model.TokenClassifier;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/**
 * DistilBERT's models by the names of their tensors. Of each the head comes first: a checkpoint that has none is refused before
 * anything large is read.
 */
public final class DistilBertHeads {

    private DistilBertHeads() {}

    static Encoder encoder(Engine engine, DistilBertConfig config, TensorSource source) {
        return textHeads(engine, config, source).encoderAlone();
    }

    /** A classifier on the first token, behind a linear layer and ReLU. */
    public static SequenceClassifier sequenceClassifier(
            Engine engine, DistilBertConfig config, int labels, TensorSource source) {
        StateDict weights = stateDict(source);
        Linear classifier = Linear.load(engine, weights.at("classifier"), labels, config.dim());
        Linear preClassifier = Linear.load(engine, weights.at("pre_classifier"), config.dim(), config.dim());
        Encoder encoder = DistilBert.load(engine, config, weights, source);
        weights.requireAllUsed(DistilBertHeads::belongsToSomeHead);
        return SequenceClassifier.ofFirstToken(
                encoder, Optional.of(new Pooler(preClassifier, Activation.RELU)), classifier);
    }

    static TokenClassifier tokenClassifier(Engine engine, DistilBertConfig config, int labels, TensorSource source) {
        return textHeads(engine, config, source).tokenClassifier(labels);
    }

    static QuestionAnswerer questionAnswerer(Engine engine, DistilBertConfig config, TensorSource source) {
        return textHeads(engine, config, source).questionAnswerer();
    }

    private static TextHeads textHeads(Engine engine, DistilBertConfig config, TensorSource source) {
        StateDict weights = stateDict(source);
        return new TextHeads(
                engine,
                weights,
                config.dim(),
                () -> DistilBert.load(engine, config, weights, source),
                DistilBertHeads::belongsToSomeHead);
    }

    /**
     * A masked language model.
     *
     * @param tied whether a checkpoint without a decoder takes the word embeddings for one: {@code tie_word_embeddings}
     */
    static MaskedLanguageModel maskedLanguageModel(
            Engine engine, DistilBertConfig config, boolean tied, TensorSource source) {
        TextHeads heads = textHeads(engine, config, source);
        StateDict weights = heads.weights();
        int dim = config.dim();
        Tensor bias = weights.read("vocab_projector.bias", config.vocabSize());
        Encoder encoder = heads.encoder().get();
        MaskedLanguageModel model = MaskedLanguageModel.of(
                encoder,
                Linear.load(engine, weights.at("vocab_transform"), dim, dim),
                config.activation(),
                LayerNorm.load(weights.at("vocab_layer_norm"), dim, DistilBertConfig.EPSILON),
                heads.decoder(
                        tied, "vocab_projector.weight", "distilbert.embeddings.word_embeddings.weight", bias, dim));
        weights.requireAllUsed(DistilBertHeads::belongsToSomeHead);
        return model;
    }

    private static StateDict stateDict(TensorSource source) {
        return StateDict.ofOpen(source, "distilbert.");
    }

    /** Tensors of heads other than the one that is loaded may lie beside it; buffers of positions always may. */
    private static boolean belongsToSomeHead(String name) {
        return name.endsWith("position_ids")
                || name.matches(
                        "(vocab_transform|vocab_layer_norm|vocab_projector|pre_classifier|classifier|qa_outputs)"
                                + "\\.(weight|bias)");
    }
}
