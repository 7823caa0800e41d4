package io.tesserae.layer.block;

import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.MemoryAttention;
import io.tesserae.layer.Normalization;
import io.tesserae.layer.PositionWise;
import io.tesserae.layer.Ragged;
import io.tesserae.tensor.Tensor;

/**
 * A transformer block whose rows look at other rows, and not at each other: Jaegle et al., arXiv 2107.14795, section 3.1. Both sides are
 * normalised before they meet.
 *
 * <pre>
 * x = x + attention(queryNorm(x), memoryNorm(memory))
 * x = x + feedForward(feedForwardNorm(x))
 * </pre>
 *
 * @param addsQueries whether the first line adds what it began with: not where rows that ask mean another thing than rows that answer,
 *     positions and pixels, say
 */
public record CrossAttentionBlock(
        Normalization queryNorm,
        Normalization memoryNorm,
        MemoryAttention attention,
        boolean addsQueries,
        Normalization feedForwardNorm,
        PositionWise feedForward) {

    /**
     * Prepares a memory for queries to come.
     *
     * @param frame receives keys and values, and must stay open as long as they are asked
     * @param memory {@code [memory tokens, memory width]}; normalised in place, for it may be all that fits into memory
     */
    public MemoryAttention.Remembered remember(Frame frame, Ragged memory) {
        memoryNorm.forward(frame.workspace(), memory.rows());
        return attention.remember(frame, memory);
    }

    /**
     * Rows that have looked at a memory.
     *
     * @param frame receives the result
     * @param queries {@code [rows, width]}: sequence s looks at sequence s of the memory
     * @param maps receive the probabilities
     * @return {@code [rows, width]}, in the frame's memory
     */
    public Tensor forward(Frame frame, Ragged queries, MemoryAttention.Remembered memory, AttentionMaps maps) {
        Workspace workspace = frame.workspace();
        Tensor x = queries.rows();
        int rows = x.dimension(0);
        int width = x.dimension(1);
        Tensor out = frame.tensor(rows, width);
        try (Frame inside = workspace.frame()) {
            Tensor normalized = inside.tensor(rows, width); // [rows, width]
            Tensor attended = inside.tensor(rows, width); // [rows, width]
            queryNorm.forward(workspace, x, normalized);
            Epilogue join = addsQueries ? new Epilogue.AddResidual(x.data()) : Epilogue.NONE;
            Ragged asking = new Ragged(normalized, queries.starts());
            attention.forward(workspace, asking, memory, AttentionOptions.recording(maps), join, attended);
            feedForwardNorm.forward(workspace, attended, normalized);
            feedForward.forward(workspace, normalized, new Epilogue.AddResidual(attended.data()), out);
        }
        return out;
    }
}
