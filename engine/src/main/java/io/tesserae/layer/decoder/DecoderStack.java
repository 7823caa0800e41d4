package io.tesserae.layer.decoder;

import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of a decoder, one after the other.
 *
 * @param blocks the layers
 * @param gated blocks between them that look at a memory: one before the first layer, and one before each that is {@code interval}
 *     layers further; none in most decoders
 * @param interval layers for each gated block
 */
public record DecoderStack(List<? extends DecoderBlock> blocks, List<GatedCrossAttentionBlock> gated, int interval) {

    /** Checks that the gated blocks are as many as their places, and copies the lists. */
    public DecoderStack {
        blocks = List.copyOf(blocks);
        gated = List.copyOf(gated);
        if (interval < 1 || !gated.isEmpty() && Math.multiplyExact(interval, gated.size()) != blocks.size()) {
            throw new IllegalArgumentException(
                    gated.size() + " gated blocks, one for " + interval + " of " + blocks.size() + " layers");
        }
    }

    /** Layers with nothing between them. */
    public DecoderStack(List<? extends DecoderBlock> blocks) {
        this(blocks, List.of(), 1);
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
        Rows ofLast = recording.isOff() ? wanted : Rows.ALL;
        Tensor stream = x;
        lookBefore(frame.workspace(), 0, stream, pass);
        recording.hiddenStates(stream);
        for (int layer = 0; layer < blocks.size(); layer++) {
            Rows rows = layer == blocks.size() - 1 ? ofLast : Rows.ALL;
            stream = blocks.get(layer).forward(frame, stream, pass, layer, rows);
            recording.hiddenStates(stream);
            lookBefore(frame.workspace(), layer + 1, stream, pass);
        }
        pass.cache().ifPresent(cache -> cache.commit(starts));
        return blocks.isEmpty() || !recording.isOff() ? wanted.gather(frame, stream, starts) : stream;
    }

    /** Computes the gated block that stands before a layer, if there is one; behind the last there is none. */
    private void lookBefore(Workspace workspace, int layer, Tensor stream, DecoderPass pass) {
        if (!gated.isEmpty() && layer < blocks.size() && layer % interval == 0) {
            gated.get(layer / interval).forward(workspace, stream, pass, layer / interval);
        }
    }

    /**
     * What the blocks keep of the memories that sequences are about: one for each memory, in their order.
     *
     * @param memory {@code [rows, memory width]}
     */
    public CrossMemory remember(Workspace workspace, Ragged memory) {
        List<CrossAttention.KeysAndValues> layers = new ArrayList<>();
        for (CrossAttention attention : crossAttentions()) {
            layers.add(attention.remember(workspace, memory));
        }
        int[] memoryOf = new int[memory.sequences()];
        for (int sequence = 0; sequence < memoryOf.length; sequence++) {
            memoryOf[sequence] = sequence;
        }
        return new CrossMemory(layers, memoryOf, MemorySight.EVERYTHING);
    }

    /** All that look at the memory, in their order: the gated blocks, or the layers themselves. */
    private List<CrossAttention> crossAttentions() {
        if (!gated.isEmpty()) {
            return gated.stream().map(GatedCrossAttentionBlock::crossAttention).toList();
        }
        return blocks.stream()
                .map(block -> block.crossAttention()
                        .orElseThrow(() -> new IllegalArgumentException("this decoder looks at no memory")))
                .toList();
    }
}
