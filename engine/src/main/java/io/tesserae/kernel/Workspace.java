package io.tesserae.kernel;

import java.util.Arrays;

/**
 * The memory of one call of a model: activations between layers, in {@link Frame}s, and each thread's scratch. Taken from a
 * {@link Machine} and given back by {@link #close}, so that calls in steady state allocate little more than their results.
 *
 * <p>The arrays of its frames are a stack: the first that is taken is the same in every call, and in every block of a model the
 * arrays are those of the block before, which the caches still hold. A free array grows when more is asked of it.
 */
public final class Workspace implements AutoCloseable {

    /** What an array is for that belongs to no frame, since a product needs it no longer than it runs; each use has its own. */
    enum Use {
        /** A product's activations, packed for its tiles. */
        PACKED,
        /** A product's sums, between two parts of its depth. */
        SUMS,
        /** A product's bias, filled up to whole tiles. */
        BIAS
    }

    private final Machine machine;
    private final float[][] ofProducts = new float[Use.values().length][0];
    private final Scratch[] scratches;
    private float[][] arrays =
            new float[16][0]; // first the taken ones, in the order in which they were taken, then free ones
    private int taken;
    private final Frame outermost = new Frame(this, null);
    private long products; // how many there were
    private Frame innermost; // null if none is open

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

    /** Opens a frame inside those that are open; close it before them. */
    public Frame frame() {
        innermost = (innermost == null ? outermost : innermost.inner()).openedAt(taken);
        return innermost;
    }

    float[] take(Frame frame, int length) {
        requireInnermost(frame);
        if (taken == arrays.length) {
            arrays = Arrays.copyOf(arrays, 2 * taken);
            Arrays.fill(arrays, taken, arrays.length, new float[0]);
        }
        if (arrays[taken].length < length) {
            arrays[taken] = new float[length];
        }
        return arrays[taken++];
    }

    void giveBack(Frame frame, Frame outer, int first) {
        requireInnermost(frame);
        assert spoil(first, taken);
        taken = first;
        innermost = outer;
    }

    private void requireInnermost(Frame frame) {
        if (frame != innermost) {
            throw new IllegalStateException(
                    "this frame is closed, or another one was opened in it and is not closed yet");
        }
    }

    /** Fills arrays that are given back with NaN, so that a read of them shows in the results. */
    private boolean spoil(int from, int to) {
        for (int i = from; i < to; i++) {
            Arrays.fill(arrays[i], Float.NaN);
        }
        return true;
    }

    float[] floats(Use use, int length) {
        float[] array = ofProducts[use.ordinal()];
        if (array.length < length) {
            array = new float[length];
            ofProducts[use.ordinal()] = array;
        }
        return array;
    }

    /** A number for one product, by which each thread knows whether it has packed that product's activations. */
    long nextProduct() {
        return ++products;
    }

    /** The memory of one of the threads; for that thread alone. */
    public Scratch scratch(int thread) {
        return scratches[thread];
    }

    /** Floats held in all. */
    long size() {
        long size = 0;
        for (float[] array : arrays) {
            size += array.length;
        }
        for (float[] array : ofProducts) {
            size += array.length;
        }
        for (Scratch scratch : scratches) {
            size += scratch.size();
        }
        return size;
    }

    /** Gives the memory back to the machine, with all frames; it must not be used afterwards. */
    @Override
    public void close() {
        assert spoil(0, taken);
        taken = 0;
        innermost = null;
        machine.release(this);
    }
}
