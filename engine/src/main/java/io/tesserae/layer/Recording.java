package io.tesserae.layer;

import io.tesserae.kernel.AttentionMaps;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps what a call was asked to return beyond its result, as the residual stream passes by. */
public final class Recording {

    private final boolean keepHiddenStates;
    private final boolean keepAttentions;
    private final boolean keepCrossAttentions;
    private final int[] sequenceStarts; // [sequences + 1]
    private final int heads;
    private final List<Tensor> hiddenStates = new ArrayList<>();
    private final List<List<Tensor>> attentions = new ArrayList<>();
    private final List<List<Tensor>> crossAttentions = new ArrayList<>();

    /**
     * A recording of one call.
     *
     * @param sequenceStarts where each sequence begins, and where the last ends
     * @param heads of each layer
     */
    public Recording(
            boolean keepHiddenStates,
            boolean keepAttentions,
            boolean keepCrossAttentions,
            int[] sequenceStarts,
            int heads) {
        this.keepHiddenStates = keepHiddenStates;
        this.keepAttentions = keepAttentions;
        this.keepCrossAttentions = keepCrossAttentions;
        this.sequenceStarts = sequenceStarts;
        this.heads = heads;
    }

    /** A recording that keeps all attention maps, or none. */
    public Recording(boolean keepHiddenStates, boolean keepAttentions, int[] sequenceStarts, int heads) {
        this(keepHiddenStates, keepAttentions, keepAttentions, sequenceStarts, heads);
    }

    /** A recording that keeps nothing. */
    public static Recording none(int[] sequenceStarts) {
        return new Recording(false, false, sequenceStarts, 0);
    }

    /** Whether the call returns its result and nothing else. */
    public boolean isOff() {
        return !keepHiddenStates && !keepAttentions && !keepCrossAttentions;
    }

    /** Whether maps of a memory are wanted. */
    public boolean keepsCrossAttentions() {
        return keepCrossAttentions;
    }

    /** Copies the residual stream, {@code [tokens, hidden]}, if hidden states are wanted. */
    public void hiddenStates(Tensor x) {
        if (keepHiddenStates) {
            hiddenStates.add(x.copy());
        }
    }

    /**
     * Puts another state of the residual stream, {@code [tokens, hidden]}, in the place of the last that was kept: for models that
     * count the last norm to the last layer.
     */
    public void replaceLastHiddenStates(Tensor x) {
        if (keepHiddenStates) {
            hiddenStates.set(hiddenStates.size() - 1, x.copy());
        }
    }

    /** Room for one layer's attention maps, per sequence {@code [heads, length, length]}, if they are wanted. */
    public AttentionMaps attentions() {
        int[] lengths = new int[sequenceStarts.length - 1];
        Arrays.setAll(lengths, s -> sequenceStarts[s + 1] - sequenceStarts[s]);
        return attentions(lengths);
    }

    /**
     * The same of tokens that also look at others of their sequence, which were there before: per sequence {@code [heads, length, tokens
     * looked at]}.
     */
    public AttentionMaps attentions(int[] lookedAt) {
        return keepAttentions ? maps(heads, sequenceStarts, lookedAt, attentions) : AttentionMaps.NONE;
    }

    /** Room for one layer's maps of a memory, per sequence {@code [heads, length, memory length]}, if maps are wanted. */
    public AttentionMaps crossAttentions(int[] memoryLengths) {
        return crossAttentions(heads, sequenceStarts, memoryLengths);
    }

    /**
     * Room for the maps of other rows than the residual stream's, per sequence {@code [heads, queries, memory length]}, if maps are
     * wanted.
     *
     * @param queryStarts where each sequence's queries begin, and where the last's end
     */
    public AttentionMaps crossAttentions(int heads, int[] queryStarts, int[] memoryLengths) {
        return keepCrossAttentions ? maps(heads, queryStarts, memoryLengths, crossAttentions) : AttentionMaps.NONE;
    }

    private static AttentionMaps maps(int heads, int[] queryStarts, int[] keys, List<List<Tensor>> kept) {
        List<Tensor> tensors = new ArrayList<>();
        for (int s = 0; s < keys.length; s++) {
            tensors.add(Tensor.zeros(heads, queryStarts[s + 1] - queryStarts[s], keys[s]));
        }
        kept.add(List.copyOf(tensors));
        return new AttentionMaps(tensors.stream().map(Tensor::data).toArray(float[][]::new));
    }

    /** The residual streams that were kept, each {@code [tokens, hidden]}. */
    public List<Tensor> allHiddenStates() {
        return List.copyOf(hiddenStates);
    }

    /** The attention maps that were kept, by layer and sequence, each {@code [heads, length, length]}. */
    public List<List<Tensor>> allAttentions() {
        return List.copyOf(attentions);
    }

    /** The maps of memories that were kept, by layer and sequence, each {@code [heads, length, memory length]}. */
    public List<List<Tensor>> allCrossAttentions() {
        return List.copyOf(crossAttentions);
    }
}
