package io.tesserae.tokenizer.text;

import java.util.Arrays;

/** Combining marks that follow each other, and the source stretches they come from; see {@link Normalizer}. */
final class MarkRun {

    private int[] marks = new int[16];
    private boolean[] continuation = new boolean[16]; // not the first part of its decomposition
    private long[] order = new long[16]; // combining class, then place: sorting is stable, and never quadratic
    private int count;

    private int[] starts = new int[16]; // of the source characters
    private int[] ends = new int[16];
    private int sources;

    private int consumed; // source characters
    private int next;

    void addSource(int start, int end) {
        if (sources == starts.length) {
            starts = Arrays.copyOf(starts, sources * 2);
            ends = Arrays.copyOf(ends, sources * 2);
        }
        starts[sources] = start;
        ends[sources++] = end;
    }

    void addMark(int mark, int combiningClass, boolean continues) {
        if (count == marks.length) {
            marks = Arrays.copyOf(marks, count * 2);
            continuation = Arrays.copyOf(continuation, count * 2);
            order = Arrays.copyOf(order, count * 2);
        }
        marks[count] = mark;
        continuation[count] = continues;
        order[count] = (long) combiningClass << 32 | count;
        count++;
    }

    /** The first source character has been used by the letter before the marks. */
    void consumeFirst() {
        consumed = 1;
    }

    void sort() {
        Arrays.sort(order, 0, count);
    }

    /** Moves to the next mark in sorted order; false after the last. */
    boolean next() {
        if (next == count) {
            return false;
        }
        if (!continuation[(int) order[next]]) {
            consumed++;
        }
        next++;
        return true;
    }

    int mark() {
        return marks[(int) order[next - 1]];
    }

    int start() {
        return starts[consumed - 1];
    }

    int end() {
        return ends[consumed - 1];
    }
}
