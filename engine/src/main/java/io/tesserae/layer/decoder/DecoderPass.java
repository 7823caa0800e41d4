package io.tesserae.layer.decoder;

import io.tesserae.kernel.AttentionMaps;
import io.tesserae.kernel.AttentionPattern;
import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.ScoreBias;
import io.tesserae.kernel.Sight;
import io.tesserae.kernel.Workspace;
import io.tesserae.layer.Attention;
import io.tesserae.layer.AttentionOptions;
import io.tesserae.layer.Ragged;
import io.tesserae.layer.Recording;
import io.tesserae.layer.Rotation;
import io.tesserae.layer.Rows;
import io.tesserae.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * What the blocks of a decoder are given in one pass, beside the residual stream.
 *
 * @param sequenceStarts where each sequence's tokens of this pass begin, and where the last end
 * @param sights which tokens of its sequence a token sees, by the layer that asks
 * @param cache keeps keys and values for later passes, and has those of earlier ones; empty where the sequences are whole
 * @param context what the sequences have beside their tokens
 * @param recording keeps what the call is to return beyond its result
 * @param rotation turns queries and keys by their positions
 */
public record DecoderPass(
        int[] sequenceStarts,
        IntFunction<Sight> sights,
        Optional<KvCache> cache,
        DecoderContext context,
        Recording recording,
        Rotation rotation) {

    /** Whole sequences, of which each token sees those before it. */
    public static DecoderPass causal(int[] sequenceStarts, DecoderContext context, Recording recording) {
        return whole(sequenceStarts, Sight.CAUSAL, context, recording);
    }

    /** Whole sequences, of which each token sees all: the decoder's blocks as an encoder. */
    public static DecoderPass bidirectional(int[] sequenceStarts, DecoderContext context, Recording recording) {
        return whole(sequenceStarts, Sight.EVERYTHING, context, recording);
    }

    private static DecoderPass whole(int[] sequenceStarts, Sight sight, DecoderContext context, Recording recording) {
        return new DecoderPass(sequenceStarts, layer -> sight, Optional.empty(), context, recording, Rotation.NONE);
    }

    /** Tokens that continue the sequences of a cache. */
    public static DecoderPass continuing(
            int[] sequenceStarts, KvCache cache, DecoderContext context, Recording recording) {
        IntFunction<Sight> causal = layer -> Sight.CAUSAL;
        return new DecoderPass(sequenceStarts, causal, Optional.of(cache), context, recording, Rotation.NONE);
    }

    /** The same pass, whose queries and keys are turned. */
    public DecoderPass turned(Rotation by) {
        return new DecoderPass(sequenceStarts, sights, cache, context, recording, by);
    }

    /**
     * The same pass, of which each layer sees what is its own: all that comes before in some, a window in others.
     *
     * @param layers {@code [layers]}
     */
    public DecoderPass seeing(List<Sight> layers) {
        return new DecoderPass(sequenceStarts, layers::get, cache, context, recording, rotation);
    }

    /** What the sequences look at. */
    public CrossMemory memory() {
        return context.memory();
    }

    /**
     * Puts what is read in the place of tokens into the embeddings of this pass.
     *
     * @param x {@code [tokens, hidden]}
     */
    public void insert(Tensor x) {
        context.inserted().putInto(x, sequenceStarts, firstPlaces());
    }

    /** How many tokens of each sequence were read before this pass. */
    private int[] firstPlaces() {
        int[] firstPlaces = new int[sequenceStarts.length - 1];
        for (int sequence = 0; sequence < firstPlaces.length; sequence++) {
            firstPlaces[sequence] = cache.isPresent() ? cache.get().length(sequence) : 0;
        }
        return firstPlaces;
    }

    /** How many tokens each sequence has, those of this pass included. */
    private int[] lengths() {
        int[] lengths = firstPlaces();
        for (int sequence = 0; sequence < lengths.length; sequence++) {
            lengths[sequence] += sequenceStarts[sequence + 1] - sequenceStarts[sequence];
        }
        return lengths;
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
        AttentionOptions options =
                new AttentionOptions(sights.apply(layer), ScoreBias.NONE, recording.attentions(lengths()), rotation);
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
     * @param layer which of the layers that look
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
        CrossMemory memory = memory();
        Rows.Chosen chosen = wanted.in(sequenceStarts);
        int[] firstRows = firstPlaces();
        for (int sequence = 0; sequence < firstRows.length; sequence++) {
            firstRows[sequence] = sequenceStarts[sequence] - firstRows[sequence];
        }
        AttentionMaps maps = recording.crossAttentions(memory.lengths());
        AttentionPattern pattern = memory.pattern(chosen.starts(), chosen.places(firstRows), !maps.areWanted());
        attention.forward(workspace, x, memory.layers().get(layer), pattern, maps, epilogue, out);
    }
}
