package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * What makes of a sequence's first token a vector for all of it: activation(dense(first token)). What families call their pooler is one, and
 * so is the first half of most heads that classify texts.
 */
public record Pooler(Linear dense, Epilogue activation) {

    /** A pooler with an activation. */
    public Pooler(Linear dense, Activation activation) {
        this(dense, new Epilogue.Activate(activation));
    }

    /** BERT's and its kin's, {@code [hidden, hidden]} with tanh. */
    public static Pooler load(Engine engine, StateDict dense, int hidden) {
        return new Pooler(Linear.load(engine, dense, hidden, hidden), Activation.TANH);
    }

    /**
     * Pools.
     *
     * @param frame receives the result
     * @param firstTokens {@code [sequences, hidden]}
     * @return {@code [sequences, dense.outFeatures]}, in the frame's memory
     */
    public Tensor forward(Frame frame, Tensor firstTokens) {
        Tensor pooled = frame.tensor(firstTokens.dimension(0), dense.outFeatures());
        dense.forward(frame.workspace(), firstTokens, activation, pooled);
        return pooled;
    }
}
