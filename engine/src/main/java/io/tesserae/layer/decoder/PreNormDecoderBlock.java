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
 * A decoder's block that normalises what each branch reads, and not the residual stream: Radford et al., "Language Models are
 * Unsupervised Multitask Learners", section 2.3.
 *
 * <pre>
 * x = x + selfAttention(attentionNorm(x))
 * x = x + crossAttention(crossNorm(x), memory)
 * x = x + feedForward(feedForwardNorm(x))
 * </pre>
 *
 * The second line is left out where there is no memory.
 */
public record PreNormDecoderBlock(
        Normalization attentionNorm,
        Attention selfAttention,
        Optional<Normalization> crossNorm,
        Optional<CrossAttention> crossAttention,
        Normalization feedForwardNorm,
        PositionWise feedForward)
        implements DecoderBlock {

    @Override
    public Tensor forward(Frame frame, Tensor x, DecoderPass pass, int layer, Rows wanted) {
        Workspace workspace = frame.workspace();
        Tensor residual = wanted.gather(frame, x, pass.sequenceStarts()); // [rows wanted, hidden]
        int rows = residual.dimension(0);
        int hidden = residual.dimension(1);
        try (Frame inside = workspace.frame()) {
            Tensor attended = inside.tensor(rows, hidden); // [rows wanted, hidden]
            Tensor normalized = inside.tensor(x.dimension(0), hidden); // [tokens, hidden]
            attentionNorm.forward(workspace, x, normalized);
            Epilogue addInput = new Epilogue.AddResidual(residual.data());
            pass.attend(workspace, selfAttention, layer, normalized, wanted, addInput, attended);
            Tensor normalizedRows = residual == x ? normalized : inside.tensor(rows, hidden); // [rows wanted, hidden]
            if (crossAttention.isPresent() && !pass.memory().isEmpty()) {
                Tensor looked = inside.tensor(rows, hidden); // [rows wanted, hidden]
                crossNorm.orElseThrow().forward(workspace, attended, normalizedRows);
                Epilogue addAttended = new Epilogue.AddResidual(attended.data());
                pass.look(workspace, crossAttention.get(), layer, normalizedRows, wanted, addAttended, looked);
                attended = looked;
            }
            feedForwardNorm.forward(workspace, attended, normalizedRows);
            feedForward.forward(workspace, normalizedRows, new Epilogue.AddResidual(attended.data()), residual);
        }
        return residual;
    }
}
