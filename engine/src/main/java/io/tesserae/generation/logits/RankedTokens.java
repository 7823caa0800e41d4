package io.tesserae.generation.logits;

/**
 * Indices of scores from the highest down, mostly the lower index first where scores are equal. A heap: the first few of many cost little more
 * than looking at all once.
 */
public final class RankedTokens {

    /** Score and index in one number, so that comparing numbers is comparing both. */
    private final long[] heap;

    /** Indices are exclusive-ored with it: ~0 where the lower goes first, 0 where the higher does. */
    private int order;

    private int size;

    /** @param capacity the most scores that there will be */
    public RankedTokens(int capacity) {
        heap = new long[capacity];
    }

    /** Ranks the first {@code count} scores; those that are minus infinity are left out. */
    public void rank(float[] scores, int count) {
        rank(scores, count, ~0);
    }

    /** The same, but with the higher index first where scores are equal: a stable sort the other way round, from its end. */
    void rankHigherIndexFirst(float[] scores, int count) {
        rank(scores, count, 0);
    }

    private void rank(float[] scores, int count, int order) {
        this.order = order;
        size = 0;
        for (int i = 0; i < count; i++) {
            if (scores[i] > Float.NEGATIVE_INFINITY) {
                heap[size++] = key(scores[i], i ^ order);
            }
        }
        for (int i = size / 2 - 1; i >= 0; i--) {
            sink(i);
        }
    }

    /** The index of the highest score that has not been given yet; -1 if all have. */
    public int next() {
        if (size == 0) {
            return -1;
        }
        int index = (int) heap[0] ^ order;
        heap[0] = heap[--size];
        sink(0);
        return index;
    }

    private static long key(float score, int orderedIndex) {
        int bits = Float.floatToRawIntBits(score + 0f); // -0 becomes 0
        int ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
        return (long) ascending << 32 | orderedIndex & 0xFFFFFFFFL;
    }

    private void sink(int place) {
        if (size == 0) {
            return;
        }
        long key = heap[place];
        while (true) {
            int child = 2 * place + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && heap[child + 1] > heap[child]) {
                child++;
            }
            if (heap[child] <= key) {
                break;
            }
            heap[place] = heap[child];
            place = child;
        }
        heap[place] = key;
    }
}
