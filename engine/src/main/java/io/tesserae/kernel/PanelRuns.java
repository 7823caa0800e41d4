package io.tesserae.kernel;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Shares the panels of a product out: every thread walks a run of neighbouring panels from its front, and when that is done
 * takes panels from the back of the others' runs.
 *
 * <p>Taking the next panel from one common counter balances as well, but then a thread's panels do not follow each other in
 * memory, and which comes next is a guess: the weights that {@link VectorTile#touch} brings in are often the wrong ones.
 */
final class PanelRuns {

    /** Longs between two runs, so that each has a cache line of its own. */
    private static final int SPACING = 16;

    /** Per run: the next panel in the high half, the one after the last in the low half. */
    private final AtomicLongArray runs;

    private int count;

    /** Room for so many runs, all of them empty. */
    PanelRuns(int mostRuns) {
        runs = new AtomicLongArray(mostRuns * SPACING);
    }

    /** Cuts {@code panels} panels into {@code count} runs, as even as they can be. Nobody may be taking any at the time. */
    PanelRuns cut(int panels, int count) {
        this.count = count;
        for (int run = 0; run < count; run++) {
            long from = (long) panels * run / count;
            long to = (long) panels * (run + 1) / count;
            runs.setPlain(run * SPACING, from << 32 | to);
        }
        return this;
    }

    /** The next panel for whoever walks this run: its own next, else another's last; -1 when there is none left anywhere. */
    int take(int run) {
        int own = takeFront(run);
        for (int other = 1; own < 0 && other < count; other++) {
            own = takeBack((run + other) % count);
        }
        return own;
    }

    private int takeFront(int run) {
        while (true) {
            long current = runs.get(run * SPACING);
            int next = (int) (current >>> 32);
            if (next >= (int) current) {
                return -1;
            }
            if (runs.compareAndSet(run * SPACING, current, current + (1L << 32))) {
                return next;
            }
        }
    }

    private int takeBack(int run) {
        while (true) {
            long current = runs.get(run * SPACING);
            int end = (int) current;
            if ((int) (current >>> 32) >= end) {
                return -1;
            }
            if (runs.compareAndSet(run * SPACING, current, current - 1)) {
                return end - 1;
            }
        }
    }
}
