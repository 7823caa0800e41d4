package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A model that says which token fits at a place: transformers' {@code BertForMaskedLM} and its like;
 * Devlin et al., arXiv 1810.04805, section 3.1. Immutable and thread-safe.
 *
 * <p>A hidden state goes through a linear layer, the activation and a layer norm, and is then compared with every word's
 * embedding: the last weight is the table of word embeddings itself, unless the checkpoint brings one of its own.
 */
public final class MaskedLanguageModel implements Model {

    private final TokenBackbone backbone;
    private final Scoring scoring;

    /** Puts a model together: a backbone, and what runs it and scores places. */
    @SuppressWarnings("exports") // families make heads, nobody else
    public MaskedLanguageModel(TokenBackbone backbone, Scoring scoring) {
        this.backbone = Arguments.require(backbone, "backbone");
        this.scoring = Arguments.require(scoring, "scoring");
    }

    /** From a batch to its scores: the backbone, then the head. */
    @SuppressWarnings("exports") // families make heads, nobody else
    public interface Scoring {

        /**
         * Scores the vocabulary at some tokens.
         *
         * @param frame for what is in between
         * @param tokens {@code [rows]}, indices into the tokens of the batch, ascending
         * @return {@code [rows, vocabulary]}, in memory of its own
         */
        Tensor score(Frame frame, TokenBatch batch, int[] tokens, Recording recording);

        /**
         * Scores the vocabulary at every position that the model has, whether there is a token or not.
         *
         * @return {@code [sequences · positions, vocabulary]}; empty where places without a token cannot be asked about
         */
        default Optional<Tensor> scorePositions(Frame frame, TokenBatch batch, Recording recording) {
            return Optional.empty();
        }
    }

    /**
     * Puts a model together whose hidden states at a place are transformed and compared with all words.
     *
     * @param transform from hidden states to the width of the embeddings, {@code [embedding, hidden]}
     * @param decoder from there to the vocabulary, {@code [vocabulary, embedding]}
     */
    @SuppressWarnings("exports") // families make heads, nobody else
    public static MaskedLanguageModel of(
            Encoder encoder, Linear transform, Activation activation, LayerNorm layerNorm, Linear decoder) {
        Arguments.require(encoder, "encoder");
        Arguments.require(transform, "transform");
        Epilogue activate = new Epilogue.Activate(Arguments.require(activation, "activation"));
        Arguments.require(layerNorm, "layerNorm");
        Arguments.require(decoder, "decoder");
        return new MaskedLanguageModel(encoder, (frame, batch, tokens, recording) -> {
            Tensor hiddenStates = encoder.encode(frame, batch, recording, Rows.of(tokens)); // [rows, hidden]
            Tensor transformed = frame.tensor(tokens.length, transform.outFeatures()); // [rows, embedding]
            transform.forward(frame.workspace(), hiddenStates, activate, transformed);
            layerNorm.forward(frame.workspace(), transformed);
            return decoder.forward(frame.workspace(), transformed);
        });
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
        Recording recording = backbone.recording(options, batch);
        int[] rows = IntStream.of(tokens).sorted().distinct().toArray();
        Tensor logits; // [rows, vocabulary]
        try (Workspace workspace = backbone.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            logits = scoring.score(frame, batch, rows, recording);
        }
        return output(batch, places(logits, rows, tokens), recording);
    }

    /**
     * Scores the whole vocabulary at every position that the model has, tokens or none: what transformers' {@code PerceiverForMaskedLM}
     * returns, {@code [sequences · maxLength, vocabulary]}. Empty where a model can only be asked about tokens.
     *
     * @throws IllegalArgumentException as {@link Encoder#forward} does
     */
    public Optional<MaskedLanguageModelOutput> forwardPositions(TokenBatch batch, OutputOptions options) {
        Recording recording = backbone.recording(options, batch);
        try (Workspace workspace = backbone.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            return scoring.scorePositions(frame, batch, recording).map(logits -> output(batch, logits, recording));
        }
    }

    private static MaskedLanguageModelOutput output(TokenBatch batch, Tensor logits, Recording recording) {
        return new MaskedLanguageModelOutput(
                batch,
                NotFinite.warn("logits", logits),
                recording.allHiddenStates(),
                recording.allAttentions(),
                recording.allCrossAttentions());
    }

    /** From one row for each token that is looked at, ascending, to one for each place: {@code [places, vocabulary]}. */
    private static Tensor places(Tensor logits, int[] rows, int[] tokens) {
        if (Arrays.equals(rows, tokens)) {
            return logits;
        }
        int vocabulary = logits.dimension(1);
        Tensor places = Tensor.zeros(tokens.length, vocabulary); // [places, vocabulary]
        for (int place = 0; place < tokens.length; place++) {
            int row = Arrays.binarySearch(rows, tokens[place]);
            System.arraycopy(logits.data(), row * vocabulary, places.data(), place * vocabulary, vocabulary);
        }
        return places;
    }

    /** What lies below the head. */
    public TokenBackbone backbone() {
        return backbone;
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return backbone.toString();
    }

    @Override
    public void close() {
        backbone.close();
    }
}
