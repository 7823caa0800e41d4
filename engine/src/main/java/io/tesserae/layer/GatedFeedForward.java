package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * A feed-forward block whose activation is a gate: Shazeer, arXiv 2002.05202, equation 6. One half of the first layer's
 * outputs, through the activation, decides how much passes of the other half. With SiLU it is called SwiGLU, with GELU
 * GEGLU, with ReLU ReGLU.
 */
public final class GatedFeedForward implements PositionWise {

    private final Linear expand; // [2 · intermediate, hidden]: gates, then what they let pass
    private final Linear contract; // [hidden, intermediate]

    private final Activation activation;

    private GatedFeedForward(Linear expand, Linear contract, Activation activation) {
        this.expand = expand;
        this.contract = contract;
        this.activation = activation;
    }

    /**
     * Puts two layers together.
     *
     * @param gateAndUp {@code [2 · intermediate, hidden]}: gates, then what they let pass
     * @param down {@code [hidden, intermediate]}
     */
    public static GatedFeedForward of(Linear gateAndUp, Linear down, Activation activation) {
        return new GatedFeedForward(gateAndUp, down, activation);
    }

    /** Loads the two layers of a SwiGLU block from one name each, as older checkpoints have them: gates are the upper half of the first. */
    public static GatedFeedForward load(
            Engine engine, StateDict gateAndUp, StateDict down, int hidden, int intermediate) {
        return new GatedFeedForward(
                Linear.load(engine, gateAndUp, 2 * intermediate, hidden),
                Linear.load(engine, down, hidden, intermediate),
                Activation.SILU);
    }

    /** Loads the two halves of the first layer of a SwiGLU block from a name each. */
    public static GatedFeedForward load(
            Engine engine, StateDict gate, StateDict up, StateDict down, int hidden, int intermediate) {
        return new GatedFeedForward(
                FusedLinear.load(engine, intermediate, hidden, true, gate, up),
                Linear.load(engine, down, hidden, intermediate),
                Activation.SILU);
    }

    /** Computes {@code out = epilogue(contract(activation(gate) · up))}. */
    @Override
    public void forward(Workspace workspace, Tensor x, Epilogue epilogue, Tensor out) {
        int tokens = x.dimension(0);
        int intermediate = expand.outFeatures() / 2;
        try (Frame frame = workspace.frame()) {
            Tensor gateAndUp = frame.tensor(tokens, 2 * intermediate); // [tokens, 2 · intermediate]
            expand.forward(workspace, x, Epilogue.NONE, gateAndUp);
            Tensor gated = frame.tensor(tokens, intermediate); // [tokens, intermediate]
            ParallelKernels.gate(workspace, activation, gateAndUp, gated);
            contract.forward(workspace, gated, epilogue, out);
        }
    }
}
