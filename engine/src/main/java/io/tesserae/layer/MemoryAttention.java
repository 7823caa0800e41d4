package io.tesserae.layer;

import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;

/** Cross-attention to a memory that may be asked more than once. */
public sealed interface MemoryAttention permits Attention, FoldedAttention {

    /** How many heads there are, and how wide. */
    AttentionShape shape();

    /**
     * Keys and values of a memory.
     *
     * @param starts where each sequence of the memory begins, and where the last ends
     */
    record Remembered(Projections.Remembered projected, int[] starts) {}

    /**
     * Prepares keys and values, for queries to come.
     *
     * @param frame receives what it makes, and must stay open as long as the memory is asked
     * @param memory {@code [memory tokens, memory width]}, which must stay as it is as long as it is asked
     */
    Remembered remember(Frame frame, Ragged memory);

    /**
     * Computes {@code out = epilogue(output(attention(queries, memory)))}: sequence s of the queries attends to sequence s of the memory.
     *
     * @param queries {@code [tokens, width]}
     * @param epilogue how the result joins the residual stream
     * @param out {@code [tokens, width]}; not the residual stream that is joined
     */
    void forward(
            Workspace workspace,
            Ragged queries,
            Remembered memory,
            AttentionOptions options,
            Epilogue epilogue,
            Tensor out);
}
