package io.tesserae.layer.decoder;

import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.ScoreBias;
import io.tesserae.kernel.Sight;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/**
 * What the blocks of a decoder are given in one pass, beside the residual stream.
 *
 * @param sequenceStarts where each sequence's tokens of this pass begin, and where the last end
 * @param sight which tokens of its sequence a token sees
 * @param cache keeps keys and values for later passes, and has those of earlier ones; empty where the sequences are whole
 * @param memory what the sequences are about
 * @param recording keeps what the call is to return beyond its result
 */
public record DecoderPass(
        int[] sequenceStarts, Sight sight, Optional<KvCache> cache, CrossMemory memory, Recording recording) {

    /** Whole sequences, of which each token sees those before it. */
    public static DecoderPass causal(int[] sequenceStarts, CrossMemory memory, Recording recording) {
        return new DecoderPass(sequenceStarts, Sight.CAUSAL, Optional.empty(), memory, recording);
    }

    /** Whole sequences, of which each token sees all: the decoder's blocks as an encoder. */
    public static DecoderPass bidirectional(int[] sequenceStarts, CrossMemory memory, Recording recording) {
        return new DecoderPass(sequenceStarts, Sight.EVERYTHING, Optional.empty(), memory, recording);
    }

    /** Tokens that continue the sequences of a cache. */
    public static DecoderPass continuing(int[] sequenceStarts, KvCache cache, CrossMemory memory, Recording recording) {
        return new DecoderPass(sequenceStarts, Sight.CAUSAL, Optional.of(cache), memory, recording);
    }

    /**
     * Self-attention, among the tokens of this pass or with those that the cache keeps.
     *
     * @param x {@code [tokens, hidden]}
     * @param out {@code [rows wanted, hidden]}
     */
    void attend(
            Workspace workspace, Attention attention, int layer, Tensor x, Rows wanted, Epilogue epilogue, Tensor out) {
        Ragged rows = new Ragged(x, sequenceStarts);
        AttentionOptions options = new AttentionOptions(sight, ScoreBias.NONE, recording.attentions());
        if (cache.isPresent()) {
            KvCache.Layer kept = cache.get().layer(layer);
            new CachedAttention(attention).forward(workspace, rows, kept, wanted, options, epilogue, out);
        } else {
            attention.forward(workspace, rows, wanted, options, epilogue, out);
        }
    }

    /**
     * Attention to the memory.
     *
     * @param x {@code [rows wanted, hidden]}
     * @param out {@code [rows wanted, hidden]}
     */
    void look(
            Workspace workspace,
            CrossAttention attention,
            int layer,
            Tensor x,
            Rows wanted,
            Epilogue epilogue,
            Tensor out) {
        Ragged queries = new Ragged(x, wanted.in(sequenceStarts).starts());
        AttentionMaps maps = recording.crossAttentions(memory.lengths());
        attention.forward(workspace, queries, memory.layers().get(layer), memory.memoryOf(), maps, epilogue, out);
    }
}
