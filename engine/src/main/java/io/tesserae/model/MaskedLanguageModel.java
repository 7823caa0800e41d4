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
import java.util.stream.IntStream;

/**
 * A model that says which token fits at a place: transformers' {@code BertForMaskedLM} and its like;
 * Devlin et al., arXiv 1810.04805, section 3.1. Immutable and thread-safe.
 *
 * <p>A hidden state goes through a linear layer, the activation and a layer norm, and is then compared with every word's
 * embedding: the last weight is the table of word embeddings itself, unless the checkpoint brings one of its own.
 */
public final class MaskedLanguageModel implements Model {

    private final Encoder encoder;
    private final Linear transform; // [embedding, hidden]
    private final Epilogue activate;
    private final LayerNorm layerNorm;
    private final Linear decoder; // [vocabulary, embedding]

    /**
     * Puts a model together.
     *
     * @param transform from hidden states to the width of the embeddings
     * @param decoder from there to the vocabulary
     */
    @SuppressWarnings("exports") // families make heads, nobody else
    public MaskedLanguageModel(
            Encoder encoder, Linear transform, Activation activation, LayerNorm layerNorm, Linear decoder) {
        this.encoder = Arguments.require(encoder, "encoder");
        this.transform = Arguments.require(transform, "transform");
        this.activate = new Epilogue.Activate(Arguments.require(activation, "activation"));
        this.layerNorm = Arguments.require(layerNorm, "layerNorm");
        this.decoder = Arguments.require(decoder, "decoder");
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
        Tensor logits = Tensor.zeros(tokens.length, encoder.vocabularySize()); // [places, vocabulary]
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            int[] rows = IntStream.of(tokens).sorted().distinct().toArray();
            Tensor hiddenStates = encoder.encode(frame, batch, recording, Rows.of(rows)); // [rows, hidden]
            Tensor transformed = frame.tensor(rows.length, transform.outFeatures()); // [rows, embedding]
            transform.forward(workspace, hiddenStates, activate, transformed);
            layerNorm.forward(workspace, transformed);
            Tensor places = places(frame, transformed, rows, tokens); // [places, embedding]
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
        int width = transformed.dimension(1);
        Tensor places = frame.tensor(tokens.length, width); // [places, embedding]
        for (int place = 0; place < tokens.length; place++) {
            int row = Arrays.binarySearch(rows, tokens[place]);
            System.arraycopy(transformed.data(), row * width, places.data(), place * width, width);
        }
        return places;
    }

    /** The encoder below the head. */
    public Encoder encoder() {
        return encoder;
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return encoder.toString();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
