package io.tesserae.kernel;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Shares the tasks of one loop after another out: every thread walks a run of neighbouring tasks from its front, and when that is
 * done takes tasks from the back of the others' runs.
 *
 * <p>Taking the next task from one common counter balances as well, but then a thread's tasks do not follow each other in memory, and
 * which comes next is a guess: the weights that {@link VectorTile#touch} brings in are often the wrong ones. And what a thread wrote
 * in one loop it finds in its own cache in the next, where both loops walk the same rows or heads.
 *
 * <p>Every run is one word with a cache line of its own, which only its own thread writes as long as the others have tasks of their own.
 */
final class TaskRuns {

    /** The most tasks of a loop: a run's front and end have 16 bits each. */
    static final int MOST_TASKS = 0xFFFF;

    /** Longs between two words, so that no two are in one cache line, nor in a pair of lines that is fetched together. */
    private static final int SPACING = 16;

    private final int threads;

    /**
     * First the loop: its number in the high half, how many tasks it has in the low half. Then every thread's run: the number of the
     * loop in which somebody last took a task from it, the next task, the one after the last.
     */
    private final AtomicLongArray words;

    TaskRuns(int threads) {
        this.threads = threads;
        words = new AtomicLongArray((threads + 2) * SPACING);
    }

    /** The loop that was opened last; 0 if none was. */
    long loop() {
        return words.get(SPACING);
    }

    /** Opens a loop, when all tasks of the loop before are taken. A thread that takes a task sees what the caller wrote before. */
    long open(int tasks) {
        long loop = ((loop() >>> 32) + 1 << 32) | tasks;
        words.set(SPACING, loop);
        return loop;
    }

    /** The next task for a thread: of its own run the first, else of another's the last; -1 when this loop has none left. */
    int take(long loop, int thread) {
        int task = take(loop, thread, true);
        for (int other = 1; task < 0 && other < threads; other++) {
            task = take(loop, (thread + other) % threads, false);
        }
        return task;
    }

    private int take(long loop, int run, boolean front) {
        int at = (run + 2) * SPACING;
        while (true) {
            long word = words.get(at);
            long left = word >>> 32 == loop >>> 32 ? word : untouched(loop, run);
            int next = (int) (left >>> 16) & MOST_TASKS;
            int end = (int) left & MOST_TASKS;
            // Who comes late to a loop that is over must not believe that its runs are untouched. If it is over after
            // this
            // look only, then each of its tasks has been taken meanwhile, and the word is no longer what it was.
            if (next >= end || loop() != loop) {
                return -1;
            }
            if (words.compareAndSet(at, word, front ? left + (1 << 16) : left - 1)) {
                return front ? next : end - 1;
            }
        }
    }

    /** A run from which nobody has taken: tasks are cut as evenly as can be, and the first thread has one in any case. */
    private long untouched(long loop, int run) {
        int tasks = (int) loop;
        int next = Math.ceilDiv(tasks * run, threads);
        int end = Math.ceilDiv(tasks * (run + 1), threads);
        return loop >>> 32 << 32 | (long) next << 16 | end;
    }
}
