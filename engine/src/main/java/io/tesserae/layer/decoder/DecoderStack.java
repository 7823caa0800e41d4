package io.tesserae.layer.decoder;

import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The blocks of a decoder, one after the other. */
public record DecoderStack(List<? extends DecoderBlock> blocks) {

    /** Copies the list. */
    public DecoderStack {
        blocks = List.copyOf(blocks);
    }

    /**
     * The residual stream after the last block, for the rows that are wanted. The last block computes no others, unless more is
     * to be returned than the result.
     *
     * @param frame receives the result
     * @param x {@code [tokens, hidden]}, the residual stream after the embeddings; what it holds afterwards means nothing
     * @return {@code [rows wanted, hidden]}: {@code x}, or in the frame's memory
     */
    public Tensor forward(Frame frame, Tensor x, DecoderPass pass, Rows wanted) {
        Recording recording = pass.recording();
        int[] starts = pass.sequenceStarts();
        pass.cache().ifPresent(cache -> cache.reserve(starts));
        recording.hiddenStates(x);
        Rows ofLast = recording.isOff() ? wanted : Rows.ALL;
        Tensor stream = x;
        for (int layer = 0; layer < blocks.size(); layer++) {
            Rows rows = layer == blocks.size() - 1 ? ofLast : Rows.ALL;
            stream = blocks.get(layer).forward(frame, stream, pass, layer, rows);
            recording.hiddenStates(stream);
        }
        pass.cache().ifPresent(cache -> cache.commit(starts));
        return blocks.isEmpty() || !recording.isOff() ? wanted.gather(frame, stream, starts) : stream;
    }

    /**
     * What the blocks keep of the memories that sequences are about: one for each memory, in their order.
     *
     * @param memory {@code [rows, memory width]}
     */
    public CrossMemory remember(Workspace workspace, Ragged memory) {
        List<CrossAttention.KeysAndValues> layers = new ArrayList<>();
        for (DecoderBlock block : blocks) {
            layers.add(block.crossAttention()
                    .orElseThrow(() -> new IllegalArgumentException("this decoder looks at no memory"))
                    .remember(workspace, memory));
        }
        int[] memoryOf = new int[memory.sequences()];
        for (int sequence = 0; sequence < memoryOf.length; sequence++) {
            memoryOf[sequence] = sequence;
        }
        return new CrossMemory(layers, memoryOf, MemorySight.EVERYTHING);
    }
}
