package io.tesserae.family.modernbert;

import io.tesserae.engine.Engine;
import io.tesserae.family.ConfigSource;
import io.tesserae.family.common.ConfigChecks;
import io.tesserae.family.common.TextHeads;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Kernels;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.model.Encoder;
import io.tesserae.model.MaskedLanguageModel;
import io.tesserae.model.QuestionAnswerer;
import io.tesserae.model.SequenceClassifier;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.TokenClassifier;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Optional;

/** ModernBERT's models by the names of their tensors. Heads come first: a checkpoint without one is refused before anything large is read. */
record ModernBertHeads(Engine engine, ModernBertConfig config, ConfigSource keys, TensorSource source) {

    static ModernBertHeads of(Engine engine, ConfigSource config, TensorSource source) {
        return new ModernBertHeads(engine, ModernBertConfig.read(config), config, source);
    }

    Encoder encoder() {
        return load(stateDict());
    }

    /** A classifier of sequences, on the first token or on the mean of all: {@code classifier_pooling}. */
    SequenceClassifier sequenceClassifier(int labels) {
        boolean mean = ofMean();
        StateDict weights = stateDict();
        Linear classifier = Linear.load(engine, weights.at("classifier"), labels, config.hiddenSize());
        PredictionHead head = head(weights);
        ModernBert encoder = load(weights);
        if (!mean) {
            return SequenceClassifier.ofFirstToken(
                    new TransformedModernBert(engine, encoder, head, source), Optional.empty(), classifier);
        }
        return new SequenceClassifier(encoder, labels, (frame, batch, recording) -> {
            Tensor pooled = mean(encoder, frame, batch, recording); // [sequences, hidden]
            return classifier.forward(frame.workspace(), head.forward(frame, pooled));
        });
    }

    private boolean ofMean() {
        return switch (keys.optionalString("classifier_pooling", "cls")) {
            case "cls" -> false;
            case "mean" -> true;
            default -> throw keys.unexpected("classifier_pooling", "cls or mean");
        };
    }

    /** The sum of a sequence's rows, over their number. */
    private static Tensor mean(ModernBert encoder, Frame frame, TokenBatch batch, Recording recording) {
        Tensor rows = encoder.encode(frame, batch, recording, Rows.ALL); // [tokens, hidden]
        int hidden = rows.dimension(1);
        Kernels kernels = frame.workspace().machine().kernels();
        Tensor means = Tensor.zeros(batch.sequences(), hidden);
        for (int s = 0; s < batch.sequences(); s++) {
            for (int token = batch.sequenceStarts()[s]; token < batch.sequenceStarts()[s + 1]; token++) {
                kernels.addScaled(1f, rows.data(), token * hidden, means.data(), s * hidden, hidden);
            }
            for (int channel = 0; channel < hidden; channel++) {
                means.data()[s * hidden + channel] /= batch.length(s);
            }
        }
        return means;
    }

    /** A classifier of every token. */
    TokenClassifier tokenClassifier(int labels) {
        StateDict weights = stateDict();
        Linear classifier = Linear.load(engine, weights.at("classifier"), labels, config.hiddenSize());
        PredictionHead head = head(weights);
        return new TokenClassifier(new TransformedModernBert(engine, load(weights), head, source), classifier);
    }

    QuestionAnswerer questionAnswerer() {
        return new QuestionAnswerer(tokenClassifier(2));
    }

    MaskedLanguageModel maskedLanguageModel() {
        boolean tied = keys.optionalBoolean("tie_word_embeddings", true);
        StateDict weights = stateDict();
        PredictionHead head = head(weights);
        Tensor bias = keys.optionalBoolean("decoder_bias", true)
                ? weights.read("decoder.bias", config.vocabSize())
                : Tensor.zeros(config.vocabSize());
        TextHeads heads = new TextHeads(
                engine, weights, config.hiddenSize(), () -> load(weights), ModernBertHeads::belongsToSomeHead);
        Linear decoder = heads.decoder(
                tied, "decoder.weight", "model.embeddings.tok_embeddings.weight", bias, config.hiddenSize());
        return MaskedLanguageModel.of(load(weights), head.dense(), head.activation(), head.norm(), decoder);
    }

    private PredictionHead head(StateDict weights) {
        return PredictionHead.load(
                engine,
                config,
                keys.optionalBoolean("classifier_bias", false),
                ConfigChecks.activation(keys, "classifier_activation", "gelu"),
                weights.at("head"));
    }

    private ModernBert load(StateDict weights) {
        ModernBert encoder = ModernBert.load(engine, config, weights, source);
        weights.requireAllUsed(ModernBertHeads::belongsToSomeHead);
        return encoder;
    }

    private StateDict stateDict() {
        return StateDict.ofOpen(source, "model.");
    }

    /** Tensors of heads other than the one that is loaded may lie beside it; frequencies always may. */
    private static boolean belongsToSomeHead(String name) {
        return name.endsWith("inv_freq") || name.matches("head\\..*|(decoder|classifier)\\.(weight|bias)");
    }
}
