package io.tesserae.layer.decoder;

import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Normalization;
import io.tesserae.layer.PositionWise;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;

/**
 * What stands between the layers of a language model and lets it look at pictures: Alayrac et al., arXiv 2204.14198, section 2.2. Both
 * branches pass a gate on their way to the residual stream, a factor of each channel, so that a model whose gates are zero writes as it
 * did before.
 *
 * <pre>
 * x = x + crossGate · crossAttention(crossNorm(x), memory)
 * x = x + feedForwardGate · feedForward(feedForwardNorm(x))
 * </pre>
 *
 * A token that sees nothing of the memory gets nothing from the first line. The second is computed of it nevertheless.
 *
 * @param crossGate {@code [hidden]}
 * @param feedForwardGate {@code [hidden]}
 */
public record GatedCrossAttentionBlock(
        Normalization crossNorm,
        CrossAttention crossAttention,
        float[] crossGate,
        Normalization feedForwardNorm,
        PositionWise feedForward,
        float[] feedForwardGate) {

    /**
     * Replaces the residual stream by the block's output.
     *
     * @param x {@code [tokens, hidden]}
     * @param pass has a memory
     * @param layer the block's index among those that look
     */
    void forward(Workspace workspace, Tensor x, DecoderPass pass, int layer) {
        int tokens = x.dimension(0);
        int hidden = x.dimension(1);
        try (Frame inside = workspace.frame()) {
            Tensor normalized = inside.tensor(tokens, hidden); // [tokens, hidden]
            Tensor looked = inside.tensor(tokens, hidden); // [tokens, hidden]
            crossNorm.forward(workspace, x, normalized);
            Epilogue addInput = new Epilogue.ScaleAddResidual(crossGate, x.data());
            pass.look(workspace, crossAttention, layer, normalized, Rows.ALL, addInput, looked);
            feedForwardNorm.forward(workspace, looked, normalized);
            Epilogue addLooked = new Epilogue.ScaleAddResidual(feedForwardGate, looked.data());
            feedForward.forward(workspace, normalized, addLooked, x);
        }
    }
}
