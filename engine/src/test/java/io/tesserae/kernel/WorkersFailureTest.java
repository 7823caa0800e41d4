package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A loop that fails, wherever it does, is over when its caller has the failure, and the next loop is sound. */
class WorkersFailureTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final int RECURSIONS = 6;

    /** How many helpers are inside a task of a loop that is to fail. */
    private final AtomicInteger inside = new AtomicInteger();

    private void assertSound(Workers workers) {
        assertEquals(0, inside.get(), "a helper is still in a loop that has failed");
        int[] runs = new int[64];
        workers.run(64, (index, thread) -> {
            runs[index]++;
            if (index == 3) {
                // Whatever a thread of the failed loop still did would show.
                pause(20_000);
            }
        });
        for (int index = 0; index < 64; index++) {
            assertEquals(1, runs[index]);
        }
    }

    private static void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    private static Throwable failureOf(Runnable action) {
        try {
            action.run();
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void everyTaskMayFailWithWhateverItLikes(int threads) {
        assertTimeoutPreemptively(PATIENCE, () -> {
            try (Workers workers = new Workers(threads)) {
                for (int failing = 0; failing < 40; failing++) {
                    for (Throwable failure : new Throwable[] {
                        new IllegalStateException(),
                        new OutOfMemoryError(),
                        new StackOverflowError(),
                        new LinkageError()
                    }) {
                        int task = failing;
                        Throwable thrown = failureOf(() -> workers.run(40, (index, thread) -> {
                            inside.incrementAndGet();
                            try {
                                pause(1_000);
                                if (index == task) {
                                    WorkersFailureTest.<RuntimeException>sneak(failure);
                                }
                            } finally {
                                inside.decrementAndGet();
                            }
                        }));
                        assertSame(failure, thrown);
                        assertSound(workers);
                    }
                }
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** The caller's failure does not have it leave while a helper is in the middle of a task. */
    @Test
    void theCallerWaitsForHelpersWhenItsOwnTaskFails() {
        assertTimeoutPreemptively(PATIENCE, () -> {
            try (Workers workers = new Workers(2)) {
                for (int loop = 0; loop < 20; loop++) {
                    CountDownLatch both = new CountDownLatch(2);
                    Throwable thrown = failureOf(() -> workers.run(2, (index, thread) -> {
                        inside.addAndGet(thread);
                        both.countDown();
                        await(both);
                        if (thread == 0) {
                            throw new OutOfMemoryError("caller");
                        }
                        pause(5_000_000);
                        inside.decrementAndGet();
                    }));
                    assertTrue(thrown instanceof OutOfMemoryError, String.valueOf(thrown));
                    assertSound(workers);
                }
            }
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The stack ends in a task, in taking one, in waiting, in waking: wherever the recursion happens to have come. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void theStackMayEndAnywhere(int threads) {
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        assertTimeoutPreemptively(PATIENCE, () -> {
            try (Workers workers = new Workers(threads, 20_000_000, Workers::newThread)) {
                Thread caller =
                        new Thread(null, () -> wrong.set(failureOf(() -> overflow(workers))), "caller", 256 << 10);
                caller.start();
                caller.join();
            }
        });
        if (wrong.get() != null) {
            throw new AssertionError(wrong.get());
        }
    }

    private void overflow(Workers workers) {
        int overflows = 0;
        for (int recursion = 0; recursion < RECURSIONS; recursion++) {
            Recursion deep = new Recursion(workers);
            deep.descend(recursion % 17);
            overflows += deep.overflows;
            assertSound(workers);
            assertEquals(0, deep.late.get(), "helpers were still in a loop that had failed");
            assertShared(workers);
            if (recursion % 3 == 0) {
                pause(30_000_000); // their threads end meanwhile
            }
        }
        assertTrue(overflows > RECURSIONS, "the stack ended " + overflows + " times");
    }

    /** Calls itself until the stack ends, and on the way back tries a loop in each frame, until one succeeds. */
    private final class Recursion {

        private final Workers workers;
        private int overflows;
        private final AtomicInteger late = new AtomicInteger();

        private Recursion(Workers workers) {
            this.workers = workers;
        }

        private void descend(int narrow) {
            try {
                if (narrow > 0) {
                    descend(narrow - 1);
                } else {
                    wide(1, 2, 3, 4);
                }
            } catch (StackOverflowError e) {
                tryALoop();
            }
        }

        /** With a frame of another size, so that stacks do not always end in the same places. */
        private double wide(double a, double b, double c, double d) {
            double sum = a * b + c * d;
            descend(0);
            return sum + a + b + c + d;
        }

        private void tryALoop() {
            Attempt attempt = new Attempt(late);
            try {
                workers.run(48, attempt);
            } catch (StackOverflowError e) {
                attempt.over = true;
                overflows++;
                throw e;
            }
        }
    }

    /** Tasks that notice when their loop is over before they are. */
    private static final class Attempt implements Workers.Task {

        private final AtomicInteger late;
        private volatile boolean over;

        private Attempt(AtomicInteger late) {
            this.late = late;
        }

        @Override
        public void run(int index, int thread) {
            pause(thread == 0 ? 2_000 : 10_000);
            if (over) {
                late.incrementAndGet();
            }
        }
    }

    /** Two threads meet, so nobody believes that the workers are busy still. */
    private static void assertShared(Workers workers) {
        CountDownLatch both = new CountDownLatch(2);
        workers.run(2, (index, thread) -> {
            both.countDown();
            await(both);
        });
    }

    /** A failure after the loop is open and before the caller takes part, when one helper is in the middle of a task. */
    @Test
    void theCallerWaitsForHelpersWhenItFailsBetweenTasks() {
        assertTimeoutPreemptively(PATIENCE, () -> {
            CountDownLatch helperIsIn = new CountDownLatch(1);
            StackOverflowError failure = new StackOverflowError();
            AtomicInteger threads = new AtomicInteger();
            AtomicInteger late = new AtomicInteger();
            Attempt attempt = new Attempt(late);
            try (Workers workers = new Workers(3, 600_000_000_000L, work -> {
                if (threads.getAndIncrement() == 1) {
                    await(helperIsIn);
                    throw failure;
                }
                return Workers.newThread(work);
            })) {
                Throwable thrown = failureOf(() -> workers.run(1000, (index, thread) -> {
                    helperIsIn.countDown();
                    pause(10_000_000);
                    attempt.run(index, thread);
                }));
                attempt.over = true;
                assertSame(failure, thrown);
                assertSound(workers);
                assertShared(workers);
                assertEquals(0, late.get());
            }
        });
    }
}
