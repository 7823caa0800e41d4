package io.tesserae.layer.block;

import io.tesserae.kernel.Frame;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;

/** One layer of a transformer: attention and a feed-forward block, both of which join the residual stream. */
public interface TransformerBlock {

    /**
     * Computes the block's output, for the rows that are wanted.
     *
     * @param frame receives the result
     * @param x {@code [tokens, hidden]}, the residual stream; replaced if all rows are wanted, else left as it is
     * @param sequenceStarts where each sequence begins, and where the last ends
     * @param wanted which rows to compute; attention sees them all
     * @param options what attention is asked; no maps where not all rows are wanted
     * @return {@code [rows wanted, hidden]}: {@code x} if all are wanted, else in the frame's memory
     */
    Tensor forward(Frame frame, Tensor x, int[] sequenceStarts, Rows wanted, AttentionOptions options);
}
