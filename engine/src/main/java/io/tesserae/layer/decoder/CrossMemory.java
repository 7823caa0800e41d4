package io.tesserae.layer.decoder;

import java.util.List;

/**
 * What the sequences of a decoder are about, as its layers keep it: the keys and values of each layer's cross-attention.
 *
 * @param layers by layer, the keys and values of all memories; empty where the decoder looks at nothing
 * @param memoryOf {@code [sequences]}: which of the memories each sequence is about
 */
public record CrossMemory(List<CrossAttention.KeysAndValues> layers, int[] memoryOf) {

    /** The decoder looks at nothing but its own tokens. */
    public static final CrossMemory NONE = new CrossMemory(List.of(), new int[0]);

    /** Copies the list. */
    public CrossMemory {
        layers = List.copyOf(layers);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return layers.isEmpty();
    }

    /** The memory of other sequences: each is about what the sequence {@code parents[i]} was about. */
    public CrossMemory select(int[] parents) {
        if (isEmpty()) {
            return this;
        }
        int[] selected = new int[parents.length];
        for (int i = 0; i < parents.length; i++) {
            selected[i] = memoryOf[parents[i]];
        }
        return new CrossMemory(layers, selected);
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
}
