package io.tesserae.layer.decoder;

import io.tesserae.kernel.AttentionPattern;
import io.tesserae.kernel.ScoreBias;
import io.tesserae.kernel.Sight;
import java.util.Arrays;
import java.util.List;

/**
 * What the sequences of a decoder are about, as its layers keep it: the keys and values of each layer's cross-attention.
 *
 * @param layers by layer that looks, the keys and values of all memories; empty where the decoder looks at nothing
 * @param memoryOf {@code [sequences]}: which of the memories each sequence is about
 * @param sight which rows of its memory a token sees
 */
public record CrossMemory(List<CrossAttention.KeysAndValues> layers, int[] memoryOf, MemorySight sight) {

    /** The decoder looks at nothing but its own tokens. */
    public static final CrossMemory NONE = new CrossMemory(List.of(), new int[0], MemorySight.EVERYTHING);

    /** Copies the list. */
    public CrossMemory {
        layers = List.copyOf(layers);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return layers.isEmpty();
    }

    /** The same, of which each token sees some rows. */
    public CrossMemory seenThrough(MemorySight some) {
        return new CrossMemory(layers, memoryOf, some);
    }

    /** The memory of other sequences: each is about what the sequence {@code parents[i]} was about. */
    public CrossMemory select(int[] parents) {
        return isEmpty() ? this : new CrossMemory(layers, Parents.select(memoryOf, parents), sight);
    }

    /** How many rows each sequence's memory has. */
    int[] lengths() {
        int[] starts = layers.getFirst().starts();
        int[] lengths = new int[memoryOf.length];
        for (int sequence = 0; sequence < lengths.length; sequence++) {
            lengths[sequence] = starts[memoryOf[sequence] + 1] - starts[memoryOf[sequence]];
        }
        return lengths;
    }

    /**
     * Which rows the tokens of a pass see. Neighbours that see all of the same memory, the beams of a picture, ask together: its keys
     * are then packed for all of them at once.
     *
     * @param queryStarts where each sequence's queries begin, and where the last's end
     * @param places {@code [queries]}: each one's index in its sequence
     * @param together whether neighbours may ask together: not where each has a map of its own
     */
    AttentionPattern pattern(int[] queryStarts, int[] places, boolean together) {
        int[] memoryStarts = layers.getFirst().starts();
        boolean inGroups = together && sight.isEverything();
        int[] starts = new int[memoryOf.length + 1];
        int[] firstKeys = new int[memoryOf.length];
        int[] endKeys = new int[memoryOf.length];
        int groups = 0;
        for (int sequence = 0; sequence < memoryOf.length; sequence++) {
            if (!inGroups || sequence == 0 || memoryOf[sequence] != memoryOf[sequence - 1]) {
                firstKeys[groups] = memoryStarts[memoryOf[sequence]];
                endKeys[groups++] = memoryStarts[memoryOf[sequence] + 1];
            }
            starts[groups] = queryStarts[sequence + 1];
        }
        int[] groupStarts = Arrays.copyOf(starts, groups + 1);
        Sight seen = sight.of(memoryOf, groupStarts, places);
        int[] queries = sight.isEverything() ? AttentionPattern.LAST : MemorySight.placesWithin(groupStarts);
        return new AttentionPattern(
                groupStarts,
                Arrays.copyOf(firstKeys, groups),
                Arrays.copyOf(endKeys, groups),
                queries,
                seen,
                ScoreBias.NONE);
    }
}
