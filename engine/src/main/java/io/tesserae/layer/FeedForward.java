package io.tesserae.layer;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Machine;
import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Precision;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/** The position-wise feed-forward block, two linear layers with an activation between: arXiv 1706.03762, section 3.3. */
public final class FeedForward implements PositionWise {

    /**
     * Values between the two layers that are there at a time: 4 MB, which the second layer finds in the third-level cache where
     * the first has put them. Of as many tokens as {@link io.tesserae.kernel.ParallelKernels} multiplies at a time, so the weights
     * pass by no more often.
     */
    private static final int BLOCK_VALUES = 1 << 20;

    private final Linear expand; // [intermediate, hidden]
    private final Linear contract; // [hidden, intermediate]
    private final Epilogue activate;

    private FeedForward(Linear expand, Linear contract, Activation activation) {
        this.expand = expand;
        this.contract = contract;
        this.activate = new Epilogue.Activate(activation);
    }

    /**
     * Puts two layers together.
     *
     * @param expand {@code [intermediate, hidden]}
     * @param contract {@code [hidden, intermediate]}
     */
    public static FeedForward of(Linear expand, Linear contract, Activation activation) {
        return new FeedForward(expand, contract, activation);
    }

    /** Loads the two layers, each from its own name and with a bias. */
    public static FeedForward load(
            Engine engine, StateDict expand, StateDict contract, int hidden, int intermediate, Activation activation) {
        return new FeedForward(
                Linear.load(engine, expand, intermediate, hidden),
                Linear.load(engine, contract, hidden, intermediate),
                activation);
    }

    /** Computes {@code out = epilogue(contract(activation(expand(x))))}. */
    @Override
    public void forward(Workspace workspace, Tensor x, Epilogue epilogue, Tensor out) {
        int tokens = x.dimension(0);
        int hidden = x.dimension(-1);
        int width = expand.outFeatures();
        if (hidden != contract.outFeatures() || out.dimension(-1) != hidden || out.dimension(0) != tokens) {
            throw new IllegalArgumentException(expand + ", " + contract + " from " + x + " to " + out);
        }
        MatrixView in = new MatrixView(x.data(), 0, hidden);
        MatrixView joined = new MatrixView(out.data(), 0, hidden);
        int blockTokens = blockTokens(workspace.machine(), tokens, width);
        try (Frame frame = workspace.frame()) {
            float[] intermediate = frame.floats(Tensor.elementCount(blockTokens, width)); // [blockTokens, width]
            for (int first = 0; first < tokens; first += blockTokens) {
                int count = Math.min(blockTokens, tokens - first);
                MatrixView between =
                        new MatrixView(intermediate, -first * width, width); // the block's first token at 0
                expand.forward(workspace, in, first, count, activate, between);
                contract.forward(workspace, between, first, count, epilogue, joined);
            }
        }
    }

    /** Blocks are about alike, and whole tiles. */
    private static int blockTokens(Machine machine, int tokens, int width) {
        int tileRows = machine.kernels().tileShape(tokens, Precision.FLOAT32).rows();
        int most = Math.max(1, BLOCK_VALUES / width);
        int blocks = Math.max(1, Math.ceilDiv(tokens, most));
        return Math.min(tokens, Math.ceilDiv(Math.ceilDiv(tokens, blocks), tileRows) * tileRows);
    }
}
