package io.tesserae.family.debertav2;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.LayerNorm;
import io.tesserae.layer.Linear;
import io.tesserae.layer.Rows;
import io.tesserae.layer.block.TransformerBlock;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Activation;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/**
 * What each token makes of its neighbours, beside the first block: {@code x = LayerNorm(block(x) + activation(convolution(x)))},
 * transformers' {@code ConvLayer}. Every window is unfolded to a row, channel after channel; where no token is, or a masked one, it has zeros.
 *
 * @param kernel {@code [hidden, hidden · size]}
 * @param size tokens of a window
 * @param activation behind the convolution
 * @param norm of the sum
 */
record TextConvolution(Linear kernel, int size, Activation activation, LayerNorm norm) {

    /** Loads what lies below {@code conv}. */
    static TextConvolution load(
            Engine engine, DebertaV2Config config, DebertaV2Config.ConvolutionConfig convolution, StateDict weights) {
        int hidden = config.hiddenSize();
        int size = convolution.size();
        StateDict kernel = weights.at("conv");
        return new TextConvolution(
                Linear.load(
                        engine,
                        kernel.require("weight", hidden, hidden, size),
                        kernel.read("bias", hidden),
                        hidden,
                        Tensor.elementCount(hidden, size)),
                size,
                convolution.activation(),
                LayerNorm.load(weights.at("LayerNorm"), hidden, config.layerNormEps()));
    }

    /** A block with this beside it, for one batch. */
    TransformerBlock beside(TransformerBlock block, TokenBatch batch) {
        return (frame, x, sequenceStarts, wanted, options) -> forward(frame, x, batch, wanted, options, block);
    }

    private Tensor forward(
            Frame frame, Tensor x, TokenBatch batch, Rows wanted, AttentionOptions options, TransformerBlock block) {
        Workspace workspace = frame.workspace();
        int hidden = x.dimension(1);
        int[] starts = batch.sequenceStarts();
        Rows.Chosen chosen = wanted.in(starts);
        Tensor convolved = frame.tensor(chosen.rows().length, hidden); // [rows wanted, hidden]
        try (Frame inside = workspace.frame()) {
            Tensor windows = inside.tensor(chosen.rows().length, hidden * size); // [rows, hidden · size]
            for (int s = 0; s < batch.sequences(); s++) {
                for (int row = chosen.starts()[s]; row < chosen.starts()[s + 1]; row++) {
                    unfold(x, batch, s, chosen.rows()[row], windows, row);
                }
            }
            kernel.forward(workspace, windows, new Epilogue.Activate(activation), convolved);
        }
        // Only now: a block may replace what it is given.
        Tensor out = block.forward(frame, x, starts, wanted, options); // [rows wanted, hidden]
        for (int i = 0; i < out.size(); i++) {
            out.data()[i] += convolved.data()[i];
        }
        norm.forward(workspace, out);
        return out;
    }

    /** The window around a token, {@code [hidden, size]}, by positions: tokens that are masked are between their neighbours. */
    private void unfold(Tensor x, TokenBatch batch, int sequence, int token, Tensor windows, int row) {
        int hidden = x.dimension(1);
        int to = row * hidden * size;
        Arrays.fill(windows.data(), to, to + hidden * size, 0f);
        int first = Math.max(batch.sequenceStarts()[sequence], token - size / 2);
        int end = Math.min(batch.sequenceStarts()[sequence + 1], token + size / 2 + 1);
        for (int near = first; near < end; near++) {
            int tap = batch.positionIds()[near] - batch.positionIds()[token] + size / 2;
            if (tap >= 0 && tap < size) {
                for (int channel = 0; channel < hidden; channel++) {
                    windows.data()[to + channel * size + tap] = x.data()[near * hidden + channel];
                }
            }
        }
    }
}
