package io.tesserae.layer.block;

import io.tesserae.kernel.Frame;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import java.util.Collections;
import java.util.List;

/** The transformer blocks of a model, one after the other. */
public record TransformerStack(List<? extends TransformerBlock> blocks) {

    /** Copies the list. */
    public TransformerStack {
        blocks = List.copyOf(blocks);
    }

    /**
     * The residual stream after the last block, for the rows that are wanted. The last block computes no others, unless more is
     * to be returned than the result.
     *
     * @param frame receives the result
     * @param x {@code [tokens, hidden]}, the residual stream after the embeddings; what it holds afterwards means nothing
     * @param sequenceStarts where each sequence begins, and where the last ends
     * @return {@code [rows wanted, hidden]}: {@code x}, or in the frame's memory
     */
    public Tensor forward(Frame frame, Tensor x, int[] sequenceStarts, Recording recording, Rows wanted) {
        return forward(frame, x, sequenceStarts, AttentionOptions.NONE, recording, wanted);
    }

    /**
     * The residual stream after the last block, of attention that sees less than everything, or whose scores have a bias.
     *
     * @param options what the attention of every block is asked; the maps are the recording's
     * @return {@code [rows wanted, hidden]}: {@code x}, or in the frame's memory
     */
    public Tensor forward(
            Frame frame, Tensor x, int[] sequenceStarts, AttentionOptions options, Recording recording, Rows wanted) {
        return forward(frame, x, sequenceStarts, Collections.nCopies(blocks.size(), options), recording, wanted);
    }

    /**
     * The residual stream after the last block, of blocks that are asked different things.
     *
     * @param options what the attention of each block is asked; the maps are the recording's
     * @return {@code [rows wanted, hidden]}: {@code x}, or in the frame's memory
     */
    public Tensor forward(
            Frame frame,
            Tensor x,
            int[] sequenceStarts,
            List<AttentionOptions> options,
            Recording recording,
            Rows wanted) {
        recording.hiddenStates(x);
        int last = blocks.size() - 1;
        Rows ofLast = recording.isOff() ? wanted : Rows.ALL;
        Tensor stream = x;
        for (int i = 0; i <= last; i++) {
            Rows rows = i == last ? ofLast : Rows.ALL;
            AttentionOptions ofBlock = options.get(i).withMaps(recording.attentions());
            stream = blocks.get(i).forward(frame, stream, sequenceStarts, rows, ofBlock);
            recording.hiddenStates(stream);
        }
        return blocks.isEmpty() || !recording.isOff() ? wanted.gather(frame, stream, sequenceStarts) : stream;
    }
}
