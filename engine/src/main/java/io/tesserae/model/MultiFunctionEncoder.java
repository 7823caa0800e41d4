package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;

/**
 * Texts in, three kinds of vectors out, of one forward pass: M3-Embedding, Chen et al., arXiv 2402.03216, section 3.2. Each has the bits
 * that its own model gives it.
 *
 * <p>Immutable and thread-safe.
 */
public final class MultiFunctionEncoder implements Model {

    private final SentenceEncoder dense;
    private final SparseWeighing.TokenWeights sparse;
    private final LateInteractionEncoder multiVector;

    /**
     * Puts a model together.
     *
     * @throws IllegalArgumentException if the three do not share one encoder
     */
    public MultiFunctionEncoder(
            SentenceEncoder dense, SparseWeighing.TokenWeights sparse, LateInteractionEncoder multiVector) {
        this.dense = Arguments.require(dense, "dense");
        this.sparse = Arguments.require(sparse, "sparse");
        this.multiVector = Arguments.require(multiVector, "multiVector");
        if (sparse.encoder() != dense.encoder() || multiVector.encoder() != dense.encoder()) {
            throw new IllegalArgumentException("expected three models of one encoder, found others");
        }
    }

    /**
     * All vectors of a batch of texts.
     *
     * @throws IllegalArgumentException as {@link Encoder#forward} does
     */
    public MultiFunctionOutput forward(TokenBatch batch) {
        Encoder encoder = encoder();
        Recording nothing = encoder.recording(OutputOptions.RESULT_ONLY, batch);
        try (Workspace workspace = encoder.engine().machine().workspace();
                Frame frame = workspace.frame()) {
            Tensor hiddenStates = encoder.encode(frame, batch, nothing, Rows.ALL); // [tokens, hidden]
            return new MultiFunctionOutput(
                    dense.embed(workspace, batch, hiddenStates),
                    sparse.weigh(workspace, batch, hiddenStates),
                    multiVector.step(workspace, hiddenStates));
        }
    }

    /** The encoder that the three share. */
    public Encoder encoder() {
        return dense.encoder();
    }

    /** What makes one vector of a text. */
    public SentenceEncoder dense() {
        return dense;
    }

    /** What weighs its words. */
    public SparseWeighing.TokenWeights sparse() {
        return sparse;
    }

    /** What makes a vector of each token. */
    public LateInteractionEncoder multiVector() {
        return multiVector;
    }

    /** Its sizes. */
    @Override
    public String toString() {
        return dense + ", weights of words, and " + multiVector.dimensions() + " numbers a token";
    }

    @Override
    public void close() {
        dense.close();
    }
}
