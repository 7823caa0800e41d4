package io.tesserae.training.tape;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The arrays of training steps, used again from step to step: what a step keeps for its backward pass is some hundred megabytes, which
 * are too many to be asked of the collector each time.
 *
 * <p>Not thread-safe: the thread that runs the steps takes and gives.
 */
public final class Memory {

    /** An array that so many steps in a row did not want is let go. */
    private static final int IDLE_STEPS = 4;

    private record Idle(float[] array, long since) {}

    private final NavigableMap<Integer, Deque<Idle>> idle = new TreeMap<>();
    private long step;

    /** Memory that holds nothing so far. */
    public Memory() {}

    /** An array of at least this length, with whatever it held before. */
    float[] take(int length) {
        int wanted = rounded(length);
        Map.Entry<Integer, Deque<Idle>> found = idle.ceilingEntry(wanted);
        if (found == null || found.getKey() > wanted + wanted / 2) {
            return new float[wanted];
        }
        float[] array = found.getValue().pop().array();
        if (found.getValue().isEmpty()) {
            idle.remove(found.getKey());
        }
        return array;
    }

    /** Takes an array back, which nobody reads any more. */
    void give(float[] array) {
        idle.computeIfAbsent(array.length, _ -> new ArrayDeque<>()).push(new Idle(array, step));
    }

    /** Ends a step: what the last steps had no use for is let go. */
    public void endStep() {
        step++;
        Iterator<Deque<Idle>> lengths = idle.values().iterator();
        while (lengths.hasNext()) {
            Deque<Idle> arrays = lengths.next();
            arrays.removeIf(array -> step - array.since() > IDLE_STEPS);
            if (arrays.isEmpty()) {
                lengths.remove();
            }
        }
    }

    /** Lengths in steps of an eighth or less, so that batches of nearly the same length share arrays. */
    private static int rounded(int length) {
        int unit = Math.max(16, Integer.highestOneBit(Math.max(1, length)) / 8);
        return Math.toIntExact((long) Math.ceilDiv(length, unit) * unit);
    }
}
