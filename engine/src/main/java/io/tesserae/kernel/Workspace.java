package io.tesserae.kernel;

import io.tesserae.tensor.Tensor;

/**
 * The memory of one call of a model: activations between layers, and each thread's scratch. Taken from an {@link Machine}
 * and given back by {@link #close}, so that calls in steady state allocate little more than their results.
 */
public final class Workspace implements AutoCloseable {

    /** What an array is for; each use has its own. */
    public enum Use {
        /** The residual stream: {@code [tokens, hidden]}. */
        HIDDEN,
        /** The unfolded patches of pictures: {@code [tokens, channels · patchHeight · patchWidth]}. */
        PATCHES,
        /** Positions that are interpolated to a picture's size: {@code [positions, hidden]}. */
        POSITIONS,
        /** The residual stream, normalised: {@code [tokens, hidden]}. */
        NORMALIZED,
        /** The residual stream after attention: {@code [tokens, hidden]}. */
        ATTENDED,
        /** The residual stream of those tokens that a head reads: {@code [sequences, hidden]}. */
        FIRST_TOKENS,
        /** Queries, keys and values, head by head: {@code [3 · heads, tokens, headSize]}. */
        QUERY_KEY_VALUE,
        /** The queries of some of the tokens: {@code [queries, hidden]}. */
        QUERIES,
        /** What attention gathered: {@code [tokens, hidden]}. */
        CONTEXT,
        /** Between the two halves of a feed-forward block: {@code [tokens, intermediate]}. */
        INTERMEDIATE,
        /** The same after a gate, which halves it: {@code [tokens, intermediate]}. */
        GATED,
        /** A product's activations, packed for its tiles. */
        PACKED,
        /** A product's sums, between two parts of its depth. */
        SUMS
    }

    private final Machine machine;
    private final float[][] arrays = new float[Use.values().length][0];
    private final Scratch[] scratches;

    Workspace(Machine machine) {
        this.machine = machine;
        scratches = new Scratch[machine.workers().threads()];
        for (int i = 0; i < scratches.length; i++) {
            scratches[i] = new Scratch();
        }
    }

    /** The machine that this workspace is from. */
    public Machine machine() {
        return machine;
    }

    /** An array of at least this length, with whatever it held before. */
    public float[] floats(Use use, int length) {
        float[] array = arrays[use.ordinal()];
        if (array.length < length) {
            array = new float[length];
            arrays[use.ordinal()] = array;
        }
        return array;
    }

    /** That array as a tensor of this shape. */
    public Tensor tensor(Use use, int... shape) {
        return Tensor.of(floats(use, Tensor.elementCount(shape)), shape);
    }

    Scratch scratch(int thread) {
        return scratches[thread];
    }

    /** Floats held in all. */
    long size() {
        long size = 0;
        for (float[] array : arrays) {
            size += array.length;
        }
        for (Scratch scratch : scratches) {
            size += scratch.size();
        }
        return size;
    }

    /** Gives the memory back to the machine; nobody may use it afterwards. */
    @Override
    public void close() {
        machine.release(this);
    }
}
