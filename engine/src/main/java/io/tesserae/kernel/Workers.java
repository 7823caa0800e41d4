package io.tesserae.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed set of threads that share out the tasks of one loop.
 *
 * <p>{@link #run} numbers its tasks 0, 1, 2, …; every thread, the caller among them, begins with a run of neighbours of its own, and
 * helps the others when that is done ({@link TaskRuns}), so that a slow thread simply does fewer. A call allocates nothing. There is
 * one loop at a time: who finds the workers busy with another caller's loop runs its own alone, which is as fast for all callers
 * together, and makes nested calls safe. Which thread runs a task never changes what it computes.
 *
 * <p>Idle workers watch for the next loop for {@value #SPIN_NANOS} ns before they sleep: the loops of one forward pass
 * follow each other within microseconds, and waking a thread takes longer than that. All are daemon threads.
 */
public final class Workers implements AutoCloseable {

    private static final long SPIN_NANOS = 100_000;

    /** One of a loop's tasks. */
    @FunctionalInterface
    public interface Task {

        /**
         * Does the task.
         *
         * @param index which task, from 0
         * @param thread which thread of the loop runs it, from 0 to {@link Workers#threads()} - 1: no two tasks at a time
         *     see the same number, so it may choose scratch memory
         */
        void run(int index, int thread);
    }

    private static final VarHandle FAILURE;

    static {
        try {
            FAILURE = MethodHandles.lookup().findVarHandle(Workers.class, "failure", Throwable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Where in {@link #helped} the count is: a cache line away from what lies before. */
    private static final int HELPED = 16;

    private final Thread[] helpers;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicInteger sleeping = new AtomicInteger();
    private final TaskRuns runs;
    /** How many parcels helpers have done, in all loops together: they say so once a loop, for the line goes to and fro. */
    private final AtomicLongArray helped = new AtomicLongArray(2 * HELPED);

    // Written by the caller before it opens a loop, read by those who have taken a parcel of it.
    private Task task;
    private int tasks;
    /** Tasks of a parcel, which is what a thread takes at a time: 1, but in loops of more than {@link TaskRuns#MOST_TASKS}. */
    private int parcelSize;

    private volatile Throwable failure;
    private volatile boolean closed;

    /**
     * Starts the threads.
     *
     * @param threads how many run a loop, the caller included; at least 1
     */
    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: expected 1 or more, found " + threads);
        }
        runs = new TaskRuns(threads);
        helpers = new Thread[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            int number = i + 1;
            helpers[i] = Thread.ofPlatform()
                    .daemon()
                    .name("tesserae-worker-" + number)
                    .unstarted(() -> help(number));
        }
        for (Thread helper : helpers) {
            helper.start();
        }
    }

    /** How many threads run a loop, the caller included. */
    public int threads() {
        return helpers.length + 1;
    }

    /**
     * Runs a loop's tasks, each once, in no order, and returns when all are done.
     *
     * @throws RuntimeException what a task threw first, or an {@link Error} likewise; the remaining tasks are then skipped
     */
    public void run(int tasks, Task work) {
        if (tasks <= 1 || helpers.length == 0 || closed || !busy.compareAndSet(false, true)) {
            for (int index = 0; index < tasks; index++) {
                work.run(index, 0);
            }
            return;
        }
        try {
            task = work;
            this.tasks = tasks;
            parcelSize = Math.ceilDiv(tasks, TaskRuns.MOST_TASKS);
            int parcels = Math.ceilDiv(tasks, parcelSize);
            long before = helped.get(HELPED);
            long loop = runs.open(parcels);
            if (sleeping.get() > 0) {
                for (Thread helper : helpers) {
                    LockSupport.unpark(helper);
                }
            }
            int left = parcels - work(loop, 0);
            for (int spins = 0; helped.get(HELPED) - before < left; spins++) {
                if (spins < 10_000) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
            rethrow();
        } finally {
            task = null;
            busy.set(false);
        }
    }

    private void rethrow() {
        Throwable thrown = failure;
        failure = null;
        switch (thrown) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(thrown);
        }
    }

    /** Takes parcels of a loop until there are none, and says how many it has done; none if the loop is over. */
    private int work(long loop, int thread) {
        int done = 0;
        for (int parcel = runs.take(loop, thread); parcel >= 0; parcel = runs.take(loop, thread)) {
            int first = parcel * parcelSize;
            int end = first + Math.min(parcelSize, tasks - first); // in this order, for there may be some 2³¹ tasks
            for (int index = first; index < end && failure == null; index++) {
                try {
                    task.run(index, thread);
                } catch (Throwable e) {
                    FAILURE.compareAndSet(this, null, e);
                }
            }
            done++;
        }
        return done;
    }

    private void help(int thread) {
        long loop = 0;
        while (!closed) {
            loop = awaitLoopAfter(loop);
            int done = work(loop, thread);
            if (done > 0) {
                helped.getAndAdd(HELPED, done);
            }
        }
    }

    private long awaitLoopAfter(long seen) {
        long deadline = System.nanoTime() + SPIN_NANOS;
        while (true) {
            for (int i = 0; i < 64; i++) {
                long loop = runs.loop();
                if (loop != seen || closed) {
                    return loop;
                }
                Thread.onSpinWait();
            }
            if (System.nanoTime() > deadline) {
                sleeping.incrementAndGet();
                try {
                    // Looks once more after it has said that it sleeps: a caller either sees that or is seen.
                    if (runs.loop() == seen && !closed) {
                        LockSupport.park(this);
                    }
                } finally {
                    sleeping.decrementAndGet();
                }
                deadline = System.nanoTime() + SPIN_NANOS;
            }
        }
    }

    /** Ends the threads. Loops that run, or come, are finished by their callers. */
    @Override
    public void close() {
        closed = true;
        for (Thread helper : helpers) {
            LockSupport.unpark(helper);
        }
    }
}
