package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.NotFinite;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * A sentence encoder: one vector for a text. Reimers and Gurevych, arXiv 1908.10084; the model of sentence-transformers.
 *
 * <p>An encoder makes a vector of every token; pooling makes one of them all; then come linear layers, and a division by
 * the length, where the model has them. Immutable and thread-safe.
 */
public final class SentenceEncoder implements Model {

    private final Encoder encoder;
    private final List<PoolingMode> poolingModes;
    private final List<EmbeddingStep> steps;
    private final int dimensions;

    /**
     * Puts a model together.
     *
     * @param poolingModes one or more; the vectors of several stand side by side, in this order
     * @param steps what is done to the pooled vectors, in this order
     * @throws IllegalArgumentException if there is no pooling mode, or a step does not take what the one before makes
     */
    public SentenceEncoder(Encoder encoder, List<PoolingMode> poolingModes, List<EmbeddingStep> steps) {
        Arguments.require(encoder, "encoder");
        Arguments.requireAll(poolingModes, "poolingModes");
        Arguments.requireAll(steps, "steps");
        if (poolingModes.isEmpty()) {
            throw new IllegalArgumentException("a sentence encoder needs a pooling mode");
        }
        this.encoder = encoder;
        this.poolingModes = List.copyOf(poolingModes);
        this.steps = List.copyOf(steps);
        int features = Math.multiplyExact(encoder.config().hiddenSize(), poolingModes.size());
        for (EmbeddingStep step : steps) {
            features = step.outFeatures(features);
        }
        this.dimensions = features;
    }

    /**
     * The vectors of a batch of texts.
     *
     * @param promptTokens how many tokens at the beginning of every sequence are left out of the pooling; the encoder sees
     *     them all the same
     * @return {@code [sequences, dimensions]}
     * @throws IllegalArgumentException as {@link Encoder#forward} does, and if there is no token to pool in a sequence
     */
    public Tensor forward(TokenBatch batch, int promptTokens) {
        if (promptTokens < 0) {
            throw new IllegalArgumentException("promptTokens: expected 0 or more, found " + promptTokens);
        }
        Recording recording = encoder.recording(OutputOptions.RESULT_ONLY, batch);
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            return step(workspace, pool(frame, batch, recording, promptTokens));
        }
    }

    /**
     * The vectors of a batch of texts whose hidden states are there already.
     *
     * @param hiddenStates {@code [tokens, hidden]}
     * @return {@code [sequences, dimensions]}
     */
    Tensor embed(Workspace workspace, TokenBatch batch, Tensor hiddenStates) {
        return step(workspace, PoolingMode.pool(poolingModes, batch, hiddenStates, 0));
    }

    /** @param pooled {@code [sequences, modes · hidden]} */
    private Tensor step(Workspace workspace, Tensor pooled) {
        Tensor embeddings = pooled;
        for (EmbeddingStep step : steps) {
            embeddings = step.forward(workspace, embeddings);
        }
        return NotFinite.warn("numbers of the embeddings", embeddings); // [sequences, dimensions]
    }

    /** {@code [sequences, modes · hidden]}. */
    private Tensor pool(Frame frame, TokenBatch batch, Recording recording, int promptTokens) {
        if (poolingModes.stream().allMatch(PoolingMode::readsOneToken)) {
            Rows wanted = PoolingMode.rows(poolingModes, batch, promptTokens);
            Tensor rows = encoder.encode(frame, batch, recording, wanted).copy(); // [sequences · modes, hidden]
            return rows.reshape(batch.sequences(), poolingModes.size() * rows.dimension(1));
        }
        Tensor hiddenStates = encoder.encode(frame, batch, recording, Rows.ALL); // [tokens, hidden]
        return PoolingMode.pool(poolingModes, batch, hiddenStates, promptTokens);
    }

    /** How many numbers an embedding has. */
    public int dimensions() {
        return dimensions;
    }

    /** The encoder below. */
    public Encoder encoder() {
        return encoder;
    }

    /** How the hidden states of a sequence become one vector. */
    public List<PoolingMode> poolingModes() {
        return poolingModes;
    }

    /** What is done to that vector. */
    public List<EmbeddingStep> steps() {
        return steps;
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return encoder + ", embeddings of " + dimensions() + " numbers";
    }

    @Override
    public void close() {
        encoder.close();
    }
}
