package io.tesserae.tokenizer.piece;

import java.util.Arrays;

/**
 * The symbols of one word while they are merged: a linked list in arrays. Reused for one word after the other.
 *
 * <p>In a short word the best pair is looked for among all, which for so few is faster than any queue. Long ones, runs of letters without a
 * space or whole texts, have a heap of pairs, so that the time grows little faster than the length.
 */
final class Symbols {

    private static final int NONE = -1;

    /** Symbols of a word that is merged without a heap. */
    private static final int MOST_WITHOUT_HEAP = 48;

    private static final int LARGEST = Integer.MAX_VALUE - 16; // array

    private final MergeTable merges;
    private int size; // places that are taken, by symbols that were merged away too
    private int[] ids = new int[MOST_WITHOUT_HEAP];
    private int[] starts = new int[MOST_WITHOUT_HEAP]; // in chars of the text
    private int[] ends = new int[MOST_WITHOUT_HEAP];
    private int[] ranks = new int[MOST_WITHOUT_HEAP]; // of the pair that a symbol is the first of
    private int[] next = new int[MOST_WITHOUT_HEAP]; // NONE after the last
    private int[] previous = new int[MOST_WITHOUT_HEAP];
    private long[] heap = new long[0]; // a rank and a place each, the least on top
    private int heapSize;

    Symbols(MergeTable merges) {
        this.merges = merges;
    }

    /** Forgets the word before. */
    void clear() {
        size = 0;
    }

    void add(int id, int start, int end) {
        if (size == ids.length) {
            grow();
        }
        ids[size] = id;
        starts[size] = start;
        ends[size] = end;
        size++;
    }

    private void grow() {
        if (size >= LARGEST) {
            throw new IllegalArgumentException("a word of more than " + size + " symbols is too long");
        }
        int length = (int) Math.min(2L * size, LARGEST);
        ids = Arrays.copyOf(ids, length);
        starts = Arrays.copyOf(starts, length);
        ends = Arrays.copyOf(ends, length);
        ranks = new int[length];
        next = new int[length];
        previous = new int[length];
    }

    // --- What has come of them ---

    int first() {
        return size == 0 ? NONE : 0;
    }

    int next(int place) {
        return next[place];
    }

    int id(int place) {
        return ids[place];
    }

    int start(int place) {
        return starts[place];
    }

    int end(int place) {
        return ends[place];
    }

    /** Whether this is all there is. */
    boolean isOnly(int id) {
        return size > 0 && next[0] == NONE && ids[0] == id;
    }

    // --- Merging ---

    void merge() {
        for (int i = 0; i < size; i++) {
            next[i] = i + 1;
            previous[i] = i - 1;
            ranks[i] = i + 1 < size ? merges.rank(ids[i], ids[i + 1]) : MergeTable.NEVER;
        }
        if (size > 0) {
            next[size - 1] = NONE;
        }
        if (size <= MOST_WITHOUT_HEAP) {
            mergeFew();
        } else {
            mergeMany();
        }
    }

    private void mergeFew() {
        while (true) {
            int best = MergeTable.NEVER;
            int at = NONE;
            for (int i = first(); i >= 0; i = next[i]) {
                if (ranks[i] < best) {
                    best = ranks[i];
                    at = i;
                }
            }
            if (at == NONE) {
                return;
            }
            mergeAt(at);
        }
    }

    private void mergeMany() {
        heapSize = 0;
        for (int i = 0; i < size; i++) {
            push(i);
        }
        while (heapSize > 0) {
            long top = pop();
            int at = (int) top;
            // Otherwise the pair is gone: one of the two was merged with another.
            if (ranks[at] == (int) (top >>> Integer.SIZE)) {
                mergeAt(at);
                push(at);
                if (previous[at] != NONE) {
                    push(previous[at]);
                }
            }
        }
    }

    /** Makes one of a symbol and the next. */
    private void mergeAt(int at) {
        int gone = next[at];
        ids[at] = merges.merged(ranks[at]);
        ends[at] = ends[gone];
        ranks[gone] = MergeTable.NEVER;
        next[at] = next[gone];
        if (next[at] != NONE) {
            previous[next[at]] = at;
        }
        rank(at);
        if (previous[at] != NONE) {
            rank(previous[at]);
        }
    }

    private void rank(int at) {
        ranks[at] = next[at] == NONE ? MergeTable.NEVER : merges.rank(ids[at], ids[next[at]]);
    }

    // --- The heap ---

    /** Adds the pair that begins here, if it is one. */
    private void push(int at) {
        if (ranks[at] == MergeTable.NEVER) {
            return;
        }
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, Math.max(2 * size, (int) Math.min(2L * heapSize, Integer.MAX_VALUE - 16)));
        }
        long value = (long) ranks[at] << Integer.SIZE | at;
        int place = heapSize++;
        while (place > 0 && heap[place - 1 >>> 1] > value) {
            heap[place] = heap[place - 1 >>> 1];
            place = place - 1 >>> 1;
        }
        heap[place] = value;
    }

    private long pop() {
        long top = heap[0];
        long last = heap[--heapSize];
        int place = 0;
        while (2 * place + 1 < heapSize) {
            int child = 2 * place + 1;
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= last) {
                break;
            }
            heap[place] = heap[child];
            place = child;
        }
        heap[place] = last;
        return top;
    }
}
