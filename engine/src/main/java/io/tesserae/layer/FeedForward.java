package io.tesserae.layer;

import io.tesserae.kernel.Activation;
import io.tesserae.kernel.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/** The position-wise feed-forward block, two linear layers with an activation between: arXiv 1706.03762, section 3.3. */
public final class FeedForward {

    private final Linear expand; // [intermediate, hidden]
    private final Linear contract; // [hidden, intermediate]
    private final Epilogue activate;

    private FeedForward(Linear expand, Linear contract, Activation activation) {
        this.expand = expand;
        this.contract = contract;
        this.activate = new Epilogue.Activate(activation);
    }

    /** Loads the two layers, each from its own name. */
    public static FeedForward load(
            Engine engine, StateDict expand, StateDict contract, int hidden, int intermediate, Activation activation) {
        return new FeedForward(
                Linear.load(engine, expand, intermediate, hidden),
                Linear.load(engine, contract, hidden, intermediate),
                activation);
    }

    /**
     * Computes {@code out = epilogue(contract(activation(expand(x))))}.
     *
     * @param x {@code [tokens, hidden]}
     * @param epilogue how the result joins the residual stream
     * @param out {@code [tokens, hidden]}; neither {@code x} nor the residual stream that is joined
     */
    public void forward(Workspace workspace, Tensor x, Epilogue epilogue, Tensor out) {
        Tensor intermediate = workspace.tensor(
                Workspace.Use.INTERMEDIATE, x.dimension(0), expand.outFeatures()); // [tokens, intermediate]
        expand.forward(workspace, x, activate, intermediate);
        contract.forward(workspace, intermediate, epilogue, out);
    }
}
