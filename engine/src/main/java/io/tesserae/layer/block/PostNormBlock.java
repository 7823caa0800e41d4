package io.tesserae.layer.block;

import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.Normalization;
import io.tesserae.layer.PositionWise;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;

/**
 * A transformer block that normalises after it has added, as in the original: Vaswani et al., arXiv 1706.03762, section 3.1.
 *
 * <pre>
 * x = attentionNorm(x + attention(x))
 * x = feedForwardNorm(x + feedForward(x))
 * </pre>
 */
public record PostNormBlock(
        Attention attention, Normalization attentionNorm, PositionWise feedForward, Normalization feedForwardNorm)
        implements TransformerBlock {

    @Override
    public Tensor forward(Frame frame, Tensor x, int[] sequenceStarts, Rows wanted, AttentionOptions options) {
        Workspace workspace = frame.workspace();
        Tensor residual = wanted.gather(frame, x, sequenceStarts); // [rows wanted, hidden]
        try (Frame inside = workspace.frame()) {
            Tensor attended = inside.tensor(residual.dimension(0), residual.dimension(1)); // [rows wanted, hidden]
            Epilogue addInput = new Epilogue.AddResidual(residual.data());
            attention.forward(workspace, new Ragged(x, sequenceStarts), wanted, options, addInput, attended);
            attentionNorm.forward(workspace, attended);
            feedForward.forward(workspace, attended, new Epilogue.AddResidual(attended.data()), residual);
        }
        feedForwardNorm.forward(workspace, residual);
        return residual;
    }
}
