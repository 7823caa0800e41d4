package io.tesserae.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed set of threads that share out the tasks of one loop.
 *
 * <p>{@link #run} numbers its tasks 0, 1, 2, …; every thread, the caller among them, takes the next number until none is
 * left, so that a slow thread simply takes fewer. A call allocates nothing. There is one loop at a time: who finds the
 * workers busy with another caller's loop runs its own alone, which is as fast for all callers together, and makes nested
 * calls safe. Which thread runs a task never changes what it computes.
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

    /** In the low half of {@link #ticket}: no task to be had, whatever the loop's length. */
    private static final int CLOSED = Integer.MAX_VALUE;

    private final Thread[] helpers;
    private final AtomicBoolean busy = new AtomicBoolean();
    /** High half: which loop; low half: the next task's number. One word, so that a late thread cannot take a new loop's task. */
    private final AtomicLong ticket = new AtomicLong(CLOSED);

    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicInteger sleeping = new AtomicInteger();
    // Written by the caller while the ticket is closed, read by helpers that then must win the ticket: see claim.
    private volatile Task task;
    private volatile int count;
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
            long loop = (ticket.get() >>> 32) + 1 & 0xFFFF_FFFFL;
            task = work;
            count = tasks;
            finished.set(0);
            ticket.set(loop << 32);
            if (sleeping.get() > 0) {
                for (Thread helper : helpers) {
                    LockSupport.unpark(helper);
                }
            }
            work(loop, 0);
            for (int spins = 0; finished.get() < tasks; spins++) {
                if (spins < 10_000) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
            ticket.set(loop << 32 | CLOSED);
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

    /** Takes tasks of a loop until there are none; returns at once if the loop is over. */
    private void work(long loop, int thread) {
        for (int index = claim(loop); index >= 0; index = claim(loop)) {
            if (failure == null) {
                try {
                    task.run(index, thread);
                } catch (Throwable e) {
                    FAILURE.compareAndSet(this, null, e);
                }
            }
            finished.incrementAndGet();
        }
    }

    /**
     * The next task's number, or -1. Between two loops the ticket is closed before the fields change, so whoever read the
     * fields of another loop finds the ticket changed too, and does not get it.
     */
    private int claim(long loop) {
        while (true) {
            long current = ticket.get();
            int index = (int) current;
            if (current >>> 32 != loop || index >= count) {
                return -1;
            }
            if (ticket.compareAndSet(current, current + 1)) {
                return index;
            }
        }
    }

    private void help(int thread) {
        long seen = 0;
        while (!closed) {
            long loop = awaitLoopAfter(seen);
            work(loop, thread);
            seen = loop;
        }
    }

    private long awaitLoopAfter(long seen) {
        long deadline = System.nanoTime() + SPIN_NANOS;
        while (true) {
            for (int i = 0; i < 64; i++) {
                long loop = ticket.get() >>> 32;
                if (loop != seen || closed) {
                    return loop;
                }
                Thread.onSpinWait();
            }
            if (System.nanoTime() > deadline) {
                sleeping.incrementAndGet();
                try {
                    // Looks once more after it has said that it sleeps: a caller either sees that or is seen.
                    if (ticket.get() >>> 32 == seen && !closed) {
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
