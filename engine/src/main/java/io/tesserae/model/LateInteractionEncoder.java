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
 * Texts in, a vector for each of their tokens out: ColBERT, Khattab and Zaharia, arXiv 2004.12832, section 3.2. Each hidden state goes
 * through the steps, of which the last divides it by its length.
 *
 * <p>Immutable and thread-safe.
 */
public final class LateInteractionEncoder implements Model {

    private final Encoder encoder;
    private final List<EmbeddingStep> steps;
    private final int dimensions;

    /**
     * Puts an encoder together.
     *
     * @param steps what is done to each token's hidden state
     * @throws IllegalArgumentException if a step does not take what the one before it makes
     */
    public LateInteractionEncoder(Encoder encoder, List<EmbeddingStep> steps) {
        this.encoder = Arguments.require(encoder, "encoder");
        this.steps = List.copyOf(Arguments.requireAll(steps, "steps"));
        int features = encoder.config().hiddenSize();
        for (EmbeddingStep step : this.steps) {
            features = step.outFeatures(features);
        }
        this.dimensions = features;
    }

    /**
     * The vectors of a batch's tokens.
     *
     * @return {@code [tokens, dimensions]}
     * @throws IllegalArgumentException as {@link Encoder#forward} does
     */
    public Tensor forward(TokenBatch batch) {
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Recording nothing = encoder.recording(OutputOptions.RESULT_ONLY, batch);
            return step(workspace, encoder.encode(frame, batch, nothing, Rows.ALL));
        }
    }

    /**
     * The vectors of a batch's tokens, of which some at the ends of sequences see the others and are not seen.
     *
     * @param seen {@code [sequences]}, how many of each sequence's tokens are seen: its first ones
     * @return {@code [tokens, dimensions]}
     * @throws IllegalArgumentException as {@link Encoder#forward} does, and if models of this family cannot be asked for it
     */
    public Tensor forward(TokenBatch batch, int[] seen) {
        Arguments.require(batch, "batch");
        if (Arguments.require(seen, "seen").length != batch.sequences()) {
            throw new IllegalArgumentException(
                    "seen: expected a number for each of " + batch.sequences() + " sequences, found " + seen.length);
        }
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            return step(workspace, encoder.encodeSeeing(frame, batch, seen.clone()));
        }
    }

    /** @param hiddenStates {@code [tokens, hidden]}, which stay as they are */
    Tensor step(Workspace workspace, Tensor hiddenStates) {
        Tensor vectors = hiddenStates.copy(); // [tokens, hidden]
        for (EmbeddingStep step : steps) {
            vectors = step.forward(workspace, vectors);
        }
        return NotFinite.warn("numbers of the vectors", vectors); // [tokens, dimensions]
    }

    /** How many numbers a vector has. */
    public int dimensions() {
        return dimensions;
    }

    /** The encoder below. */
    public Encoder encoder() {
        return encoder;
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return encoder + ", " + dimensions + " numbers a token";
    }

    @Override
    public void close() {
        encoder.close();
    }
}
