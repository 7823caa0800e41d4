package io.tesserae.kernel;

import java.lang.System.Logger.Level;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed number of threads that share out the tasks of one loop.
 *
 * <p>{@link #run} numbers its tasks 0, 1, 2, …; every thread, the caller among them, begins with a run of neighbours of its own, and
 * helps the others when that is done ({@link TaskRuns}), so that a slow thread simply does fewer. A call allocates nothing. There is
 * one loop at a time: a caller that finds the workers busy with another loop runs its own loop alone, which is as fast for all
 * callers together, and makes nested calls safe. Which thread runs a task never changes what it computes.
 *
 * <p>Idle workers watch for the next loop for {@value #SPIN_NANOS} ns before they sleep: the loops of one forward pass
 * follow each other within microseconds, and waking a thread takes longer than that. A worker that has slept for some seconds ends, so
 * that unused workers hold nothing, not even their class loader; the next loop starts the threads again. Where the system has no
 * more threads to give, those that there are do the work. All are daemon threads.
 *
 * <p>Whatever a loop fails with, no thread is in it any more when its caller has the failure, and the next loop knows nothing of it.
 */
public final class Workers implements AutoCloseable {

    /** As many threads as a machine may have processors. */
    public static final int MOST_THREADS = 4096;

    private static final long SPIN_NANOS = 100_000;

    /** After so much sleep a thread ends. */
    private static final long IDLE_NANOS = 6_000_000_000L;

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

    private static final AtomicIntegerFieldUpdater<Turn> TAKEN =
            AtomicIntegerFieldUpdater.newUpdater(Turn.class, "taken");
    private static final AtomicIntegerFieldUpdater<Helper> HAS_THREAD =
            AtomicIntegerFieldUpdater.newUpdater(Helper.class, "hasThread");
    private static final AtomicLongFieldUpdater<Helper> INSIDE =
            AtomicLongFieldUpdater.newUpdater(Helper.class, "inside");

    private static final AtomicBoolean SAID_THAT_THERE_ARE_FEWER = new AtomicBoolean();

    /** Where in {@link #helped} the count is: a cache line away from what lies before. */
    private static final int HELPED = 16;

    private final Helper[] helpers;
    private final ThreadFactory threadFactory;
    private final long idleNanos;
    /** How many helpers sleep or have no thread. */
    private final AtomicInteger absent;

    private final TaskRuns runs;
    /** How many parcels helpers have done, in all loops together: they say so once a loop, for the line goes to and fro. */
    private final AtomicLongArray helped = new AtomicLongArray(2 * HELPED);

    private final Turn turn = new Turn();

    // Written by the caller before it opens a loop, read by those who have taken a parcel of it.
    private Task task;
    private int tasks;
    /** Tasks of a parcel, which is what a thread takes at a time: 1, but in loops of more than {@link TaskRuns#MOST_TASKS}. */
    private int parcelSize;

    /** What failed in the loop that there is. */
    private volatile Throwable failure;
    /** The last loop that failed: who is not in it must not enter it any more. */
    private volatile long abandoned;

    private volatile boolean closed;

    // Of those who have the workers.
    private boolean refused;
    private long refusedAt;

    /**
     * Whose turn it is: one caller's, while there is a loop. On a cache line apart from what threads read for every task, since callers
     * that come meanwhile look at it too.
     */
    private static final class Turn {

        /** 1 while there is a loop. A field, because that is written without a call, for which there may be no stack left. */
        private volatile int taken;

        @SuppressWarnings("unused")
        private long apart1, apart2, apart3, apart4, apart5, apart6, apart7, apart8, apart9, apart10, apart11, apart12;
    }

    /**
     * Sets the number of threads; they start with the first loop.
     *
     * @param threads how many run a loop, the caller included; 1 to 4,096
     */
    public Workers(int threads) {
        this(threads, IDLE_NANOS, Workers::newThread);
    }

    /** Likewise with threads from elsewhere, that end when they have slept so long. */
    Workers(int threads, long idleNanos, ThreadFactory threadFactory) {
        requireThreads(threads);
        this.idleNanos = idleNanos;
        this.threadFactory = threadFactory;
        runs = new TaskRuns(threads);
        helpers = new Helper[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
        }
        absent = new AtomicInteger(helpers.length);
    }

    /**
     * A number of threads that there can be.
     *
     * @throws IllegalArgumentException if it is not 1 to 4,096
     */
    public static int requireThreads(int threads) {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new IllegalArgumentException("threads: expected 1 to " + MOST_THREADS + ", found " + threads);
        }
        return threads;
    }

    /** A daemon that keeps nothing of the thread that starts it: neither its class loader nor what threads inherit. */
    static Thread newThread(Runnable work) {
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name("tesserae")
                .priority(Thread.NORM_PRIORITY)
                .inheritInheritableThreadLocals(false)
                .unstarted(work);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        return thread;
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
        if (tasks <= 1 || helpers.length == 0 || closed || turn.taken != 0 || !TAKEN.compareAndSet(turn, 0, 1)) {
            for (int index = 0; index < tasks; index++) {
                work.run(index, 0);
            }
            return;
        }
        long loop = 0;
        boolean done = false;
        Throwable thrown;
        try {
            task = work;
            this.tasks = tasks;
            parcelSize = Math.ceilDiv(tasks, TaskRuns.MOST_TASKS);
            int left = Math.ceilDiv(tasks, parcelSize);
            long before = helped.get(HELPED);
            loop = runs.open(left);
            if (absent.get() > 0) {
                wake();
            }
            for (int parcel = runs.take(loop, 0); parcel >= 0; parcel = runs.take(loop, 0)) {
                left--;
                perform(parcel, 0);
            }
            done = awaitHelpers(loop, before + left);
        } finally {
            // No call from here on: perhaps there is no stack for one, and that is why we are here.
            if (!done && loop != 0) {
                abandoned = loop;
                for (Helper helper : helpers) {
                    while (helper.inside == loop) {
                        continue;
                    }
                }
            }
            thrown = failure;
            if (thrown != null) {
                failure = null;
            }
            task = null;
            turn.taken = 0;
        }
        if (thrown != null) {
            throw unchecked(thrown);
        }
    }

    /**
     * Waits until helpers have done so many parcels in all; or, when something has failed, until none of them is in the loop.
     *
     * @return whether the whole loop is done
     */
    private boolean awaitHelpers(long loop, long parcels) {
        for (int spins = 0; failure == null && helped.get(HELPED) - parcels < 0; spins++) {
            pause(spins);
        }
        if (failure == null) {
            return true;
        }
        abandoned = loop;
        for (Helper helper : helpers) {
            for (int spins = 0; helper.inside == loop; spins++) {
                pause(spins);
            }
        }
        return false;
    }

    private static void pause(int spins) {
        if (spins < 10_000) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException exception ? exception : new IllegalStateException(thrown);
    }

    /** Does the tasks of a parcel, until one has failed. */
    private void perform(int parcel, int thread) {
        int first = parcel * parcelSize;
        int end = first + Math.min(parcelSize, tasks - first); // in this order, for there may be some 2³¹ tasks
        for (int index = first; index < end && failure == null; index++) {
            try {
                task.run(index, thread);
            } catch (Throwable e) {
                fail(e);
            }
        }
    }

    /** Whose failure is the first is not worth more than this where two come at once. */
    private void fail(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        }
    }

    /** Wakes the helpers that sleep, and gives a thread to those that have none. */
    private void wake() {
        for (Helper helper : helpers) {
            if (helper.hasThread != 0) {
                LockSupport.unpark(helper.thread);
            } else if (!refused || System.nanoTime() - refusedAt > 5 * idleNanos) {
                start(helper);
            }
        }
    }

    private void start(Helper helper) {
        if (!HAS_THREAD.compareAndSet(helper, 0, 1)) {
            return; // it has seen the loop before it ended
        }
        boolean started = false;
        try {
            Thread thread = threadFactory.newThread(helper);
            thread.setName("tesserae-worker-" + helper.number);
            helper.thread = thread;
            thread.start();
            started = true;
            refused = false;
        } catch (OutOfMemoryError e) {
            refused = true;
            refusedAt = System.nanoTime();
            sayThatThereAreFewer(helper.number);
        } finally {
            if (!started) {
                helper.hasThread = 0;
            }
        }
    }

    private void sayThatThereAreFewer(int threads) {
        if (SAID_THAT_THERE_ARE_FEWER.compareAndSet(false, true)) {
            System.getLogger("io.tesserae")
                    .log(
                            Level.WARNING,
                            "The system has no thread for more than " + threads + " of " + threads()
                                    + " threads: computing with fewer, with the same results. Raise its limit, or start"
                                    + " java with -Dtesserae.threads=" + threads);
        }
    }

    /** One of the threads, whenever there is one: it may end and begin again. */
    private final class Helper implements Runnable {

        private static final long OUTSIDE = -1;

        private final int number;
        /** 1 from when a thread is started for this helper until it ends. */
        private volatile int hasThread;

        private volatile Thread thread;

        // Of the helper's thread only.
        /** Whether the thread is the one that {@link #hasThread} speaks of. */
        private boolean current;
        /** Whether {@link #absent} counts this helper. */
        private boolean away = true;

        /**
         * The loop that this helper is in, or looks at. Fields after it that nobody uses keep it from sharing a cache line with
         * another helper's: every helper writes its own twice a loop.
         */
        private volatile long inside = OUTSIDE;

        @SuppressWarnings("unused")
        private long apart1, apart2, apart3, apart4, apart5, apart6, apart7, apart8, apart9, apart10, apart11, apart12;

        private Helper(int number) {
            this.number = number;
        }

        @Override
        public void run() {
            current = true;
            try {
                arrive();
                long seen = 0;
                do {
                    for (long loop = loopAfter(seen); loop != seen; loop = loopAfter(seen)) {
                        help(loop);
                        seen = loop;
                    }
                } while (sleepsUntilLoopAfter(seen));
            } finally {
                if (current) { // something has failed that belongs to no loop: the next one gets another thread
                    if (!away) {
                        leave();
                    }
                    hasThread = 0;
                }
            }
        }

        private void arrive() {
            absent.decrementAndGet();
            away = false;
        }

        private void leave() {
            absent.incrementAndGet();
            away = true;
        }

        private void help(long loop) {
            inside = loop;
            int taken = 0;
            try {
                // Who fails waits for those who have said before that they are inside; the others see here that it has
                // failed.
                for (int parcel; abandoned != loop && (parcel = runs.take(loop, number)) >= 0; ) {
                    taken++;
                    perform(parcel, number);
                }
                if (taken > 0) {
                    helped.getAndAdd(HELPED, taken);
                }
            } catch (Throwable e) {
                if (taken > 0) { // else the loop lacks nothing, and may be over
                    fail(e);
                }
            }
            INSIDE.lazySet(this, OUTSIDE); // who waits sees it soon enough, and the next loop is not waited for with it
        }

        /** Watches for the next loop for a while. */
        private long loopAfter(long seen) {
            long deadline = System.nanoTime() + SPIN_NANOS;
            do {
                for (int i = 0; i < 64; i++) {
                    long loop = runs.loop();
                    if (loop != seen || closed) {
                        return loop;
                    }
                    Thread.onSpinWait();
                }
            } while (System.nanoTime() - deadline < 0);
            return seen;
        }

        /** Sleeps until there is another loop; false if there is none for so long that the thread ends. */
        private boolean sleepsUntilLoopAfter(long seen) {
            leave();
            long deadline = System.nanoTime() + idleNanos;
            // Looks once more after it has said that it is away: a caller either sees that or is seen.
            for (long left = idleNanos;
                    left > 0 && runs.loop() == seen && !closed;
                    left = deadline - System.nanoTime()) {
                LockSupport.parkNanos(this, left);
                Thread.interrupted(); // whoever did that: it would never sleep again
            }
            if (closed || runs.loop() == seen) {
                current = false;
                hasThread = 0;
                // And once more: a caller either gives this helper another thread, or is seen.
                if (closed || runs.loop() == seen || !HAS_THREAD.compareAndSet(this, 0, 1)) {
                    return false;
                }
                current = true;
            }
            arrive();
            return true;
        }
    }

    /** Ends the threads. Loops that run, or come, are finished by their callers. */
    @Override
    public void close() {
        closed = true;
        for (Helper helper : helpers) {
            LockSupport.unpark(helper.thread);
        }
    }
}
