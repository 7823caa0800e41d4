package io.tesserae.layer.decoder;

import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.Normalization;
import io.tesserae.layer.PositionWise;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/**
 * A decoder's block that normalises after it has added, as in the original: Vaswani et al., arXiv 1706.03762, section 3.1.
 *
 * <pre>
 * x = attentionNorm(x + selfAttention(x))
 * x = crossNorm(x + crossAttention(x, memory))
 * x = feedForwardNorm(x + feedForward(x))
 * </pre>
 *
 * The second line is left out where there is no memory.
 */
public record PostNormDecoderBlock(
        Attention selfAttention,
        Normalization attentionNorm,
        Optional<CrossAttention> crossAttention,
        Optional<Normalization> crossNorm,
        PositionWise feedForward,
        Normalization feedForwardNorm)
        implements DecoderBlock {

    @Override
    public Tensor forward(Frame frame, Tensor x, DecoderPass pass, int layer, Rows wanted) {
        Workspace workspace = frame.workspace();
        Tensor residual = wanted.gather(frame, x, pass.sequenceStarts()); // [rows wanted, hidden]
        int rows = residual.dimension(0);
        int hidden = residual.dimension(1);
        try (Frame inside = workspace.frame()) {
            Tensor attended = inside.tensor(rows, hidden); // [rows wanted, hidden]
            Epilogue addInput = new Epilogue.AddResidual(residual.data());
            pass.attend(workspace, selfAttention, layer, x, wanted, addInput, attended);
            attentionNorm.forward(workspace, attended);
            if (crossAttention.isPresent() && !pass.memory().isEmpty()) {
                Tensor looked = inside.tensor(rows, hidden); // [rows wanted, hidden]
                Epilogue addAttended = new Epilogue.AddResidual(attended.data());
                pass.look(workspace, crossAttention.get(), layer, attended, wanted, addAttended, looked);
                crossNorm.orElseThrow().forward(workspace, looked);
                attended = looked;
            }
            feedForward.forward(workspace, attended, new Epilogue.AddResidual(attended.data()), residual);
        }
        feedForwardNorm.forward(workspace, residual);
        return residual;
    }
}
