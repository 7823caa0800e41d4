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
import java.util.Optional;

/**
 * A transformer block that normalises what each branch reads, and not the residual stream: Xiong et al., arXiv 2002.04745.
 *
 * <pre>
 * x = x + attentionScale · attention(attentionNorm(x))
 * x = x + feedForwardScale · feedForward(feedForwardNorm(x))
 * </pre>
 *
 * @param attentionScale {@code [hidden]}, layer scale: Touvron et al., arXiv 2103.17239, section 2; empty where there is none
 * @param feedForwardScale likewise
 */
public record PreNormBlock(
        Normalization attentionNorm,
        Attention attention,
        Optional<float[]> attentionScale,
        Normalization feedForwardNorm,
        PositionWise feedForward,
        Optional<float[]> feedForwardScale)
        implements TransformerBlock {

    /** A block without scales. */
    public PreNormBlock(
            Normalization attentionNorm, Attention attention, Normalization feedForwardNorm, PositionWise feedForward) {
        this(attentionNorm, attention, Optional.empty(), feedForwardNorm, feedForward, Optional.empty());
    }

    @Override
    public Tensor forward(Frame frame, Tensor x, int[] sequenceStarts, Rows wanted, AttentionOptions options) {
        Workspace workspace = frame.workspace();
        Tensor residual = wanted.gather(frame, x, sequenceStarts); // [rows wanted, hidden]
        int rows = residual.dimension(0);
        int hidden = residual.dimension(1);
        try (Frame inside = workspace.frame()) {
            Tensor attended = inside.tensor(rows, hidden); // [rows wanted, hidden]
            Tensor normalized = inside.tensor(x.dimension(0), hidden); // [tokens, hidden]
            attentionNorm.forward(workspace, x, normalized);
            Epilogue addInput = join(attentionScale, residual);
            attention.forward(workspace, new Ragged(normalized, sequenceStarts), wanted, options, addInput, attended);
            Tensor normalizedRows = residual == x ? normalized : inside.tensor(rows, hidden); // [rows wanted, hidden]
            feedForwardNorm.forward(workspace, attended, normalizedRows);
            feedForward.forward(workspace, normalizedRows, join(feedForwardScale, attended), residual);
        }
        return residual;
    }

    private static Epilogue join(Optional<float[]> scale, Tensor residual) {
        return scale.isPresent()
                ? new Epilogue.ScaleAddResidual(scale.get(), residual.data())
                : new Epilogue.AddResidual(residual.data());
    }
}
