package io.tesserae.layer;

import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;

/** What follows attention in a transformer block, and sees every token by itself: arXiv 1706.03762, section 3.3. */
public sealed interface PositionWise permits FeedForward, GatedFeedForward {

    /**
     * Computes {@code out = epilogue(f(x))}.
     *
     * @param x {@code [tokens, hidden]}
     * @param epilogue how the result joins the residual stream
     * @param out {@code [tokens, hidden]}; neither {@code x} nor the residual stream that is joined
     */
    void forward(Workspace workspace, Tensor x, Epilogue epilogue, Tensor out);
}
