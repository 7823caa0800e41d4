package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import io.tesserae.tensor.TensorSource;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A model that says which token fits at a place: transformers' {@code BertForMaskedLM} and {@code DistilBertForMaskedLM};
 * Devlin et al., arXiv 1810.04805, section 3.1. Immutable and thread-safe.
 *
 * <p>A hidden state goes through a linear layer, the activation and a layer norm, and is then compared with every word's
 * embedding: the last weight is the table of word embeddings itself, unless the checkpoint brings one of its own.
 */
public final class MaskedLanguageModel implements AutoCloseable {

    private final Encoder encoder;
    private final Linear transform; // [hidden, hidden]
    private final Epilogue activate;
    private final LayerNorm layerNorm;
    private final Linear decoder; // [vocabulary, hidden]

    private MaskedLanguageModel(
            Encoder encoder, Linear transform, Epilogue activate, LayerNorm layerNorm, Linear decoder) {
        this.encoder = encoder;
        this.transform = transform;
        this.activate = activate;
        this.layerNorm = layerNorm;
        this.decoder = decoder;
    }

    /**
     * Loads the model.
     *
     * @param tied whether a checkpoint without a decoder takes the word embeddings for one: {@code tie_word_embeddings}
     * @param source the checkpoint's tensors; the model reads embeddings from it for as long as it lives, and closes it
     * @throws io.tesserae.tensor.WeightException if tensors are missing, unexpected or of other shapes
     */
    public static MaskedLanguageModel load(Engine engine, EncoderConfig config, boolean tied, TensorSource source) {
        Arguments.require(engine, "engine");
        Arguments.require(config, "config");
        StateDict weights = config.stateDict(source);
        MaskedLanguageModel model = switch (config) {
            case BertConfig bert -> loadBert(engine, bert, tied, weights, source);
            case DistilBertConfig distilBert -> loadDistilBert(engine, distilBert, tied, weights, source);
        };
        weights.requireAllUsed(config::belongsToSomeHead);
        return model;
    }

    private static MaskedLanguageModel loadBert(
            Engine engine, BertConfig config, boolean tied, StateDict weights, TensorSource source) {
        StateDict transform = weights.at("cls.predictions.transform");
        int hidden = config.hiddenSize();
        // The decoder's bias is tied as well: to one that stands beside the decoder.
        boolean ownBias = !tied || weights.holds("cls.predictions.decoder.bias");
        Tensor bias =
                weights.read(ownBias ? "cls.predictions.decoder.bias" : "cls.predictions.bias", config.vocabSize());
        return new MaskedLanguageModel(
                Bert.loadBelowHead(engine, config, weights, source),
                Linear.load(engine, transform.at("dense"), hidden, hidden),
                new Epilogue.Activate(config.hiddenAct()),
                LayerNorm.load(transform.at("LayerNorm"), hidden, config.layerNormEps()),
                decoder(
                        engine,
                        config,
                        weights,
                        tied,
                        "cls.predictions.decoder.weight",
                        "bert.embeddings.word_embeddings.weight",
                        bias));
    }

    private static MaskedLanguageModel loadDistilBert(
            Engine engine, DistilBertConfig config, boolean tied, StateDict weights, TensorSource source) {
        Tensor bias = weights.read("vocab_projector.bias", config.vocabSize());
        return new MaskedLanguageModel(
                DistilBert.loadBelowHead(engine, config, weights, source),
                Linear.load(engine, weights.at("vocab_transform"), config.dim(), config.dim()),
                new Epilogue.Activate(config.activation()),
                LayerNorm.load(weights.at("vocab_layer_norm"), config.dim(), DistilBert.EPSILON),
                decoder(
                        engine,
                        config,
                        weights,
                        tied,
                        "vocab_projector.weight",
                        "distilbert.embeddings.word_embeddings.weight",
                        bias));
    }

    /** A decoder that the checkpoint holds wins over the embeddings, even where they are tied: so it is in transformers. */
    private static Linear decoder(
            Engine engine,
            EncoderConfig config,
            StateDict weights,
            boolean tied,
            String name,
            String embeddings,
            Tensor bias) {
        String stored = !tied || weights.holds(name) ? name : embeddings;
        return Linear.load(
                engine,
                weights.require(stored, config.vocabSize(), config.hiddenSize()),
                bias,
                config.vocabSize(),
                config.hiddenSize());
    }

    /**
     * Scores the whole vocabulary at every token of a batch; that is much, see {@link #forward(TokenBatch, int[],
     * OutputOptions)}.
     *
     * @throws IllegalArgumentException as {@link Encoder#forward} does
     */
    public MaskedLanguageModelOutput forward(TokenBatch batch, OutputOptions options) {
        return forward(
                batch,
                IntStream.range(0, Arguments.require(batch, "batch").tokens()).toArray(),
                options);
    }

    /**
     * Scores the whole vocabulary at some tokens: those that are masked, say.
     *
     * @param tokens {@code [places]}, each an index into the tokens of the batch
     * @throws IllegalArgumentException as {@link Encoder#forward} does
     * @throws IndexOutOfBoundsException if the batch has no such token
     */
    public MaskedLanguageModelOutput forward(TokenBatch batch, int[] tokens, OutputOptions options) {
        Arguments.require(batch, "batch");
        for (int token : Arguments.require(tokens, "tokens")) {
            Objects.checkIndex(token, batch.tokens());
        }
        Recording recording = encoder.recording(options, batch);
        int hidden = encoder.config().hiddenSize();
        Tensor logits = Tensor.zeros(tokens.length, encoder.vocabularySize()); // [places, vocabulary]
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            int[] rows = IntStream.of(tokens).sorted().distinct().toArray();
            Tensor hiddenStates = encoder.encode(frame, batch, recording, Rows.of(rows)); // [rows, hidden]
            Tensor transformed = frame.tensor(rows.length, hidden); // [rows, hidden]
            transform.forward(workspace, hiddenStates, activate, transformed);
            layerNorm.forward(workspace, transformed);
            Tensor places = places(frame, transformed, rows, tokens); // [places, hidden]
            decoder.forward(workspace, places, Epilogue.NONE, logits);
        }
        return new MaskedLanguageModelOutput(
                batch, NotFinite.warn("logits", logits), recording.allHiddenStates(), recording.allAttentions());
    }

    /** From one row for each token that is looked at, in their order, to one for each place. */
    private static Tensor places(Frame frame, Tensor transformed, int[] rows, int[] tokens) {
        if (Arrays.equals(rows, tokens)) {
            return transformed;
        }
        int hidden = transformed.dimension(1);
        Tensor places = frame.tensor(tokens.length, hidden); // [places, hidden]
        for (int place = 0; place < tokens.length; place++) {
            int row = Arrays.binarySearch(rows, tokens[place]);
            System.arraycopy(transformed.data(), row * hidden, places.data(), place * hidden, hidden);
        }
        return places;
    }

    /** The encoder below the head. */
    public Encoder encoder() {
        return encoder;
    }

    /** Lets go of the checkpoint's files. Calls that come later fail. */
    @Override
    public void close() {
        encoder.close();
    }
}
