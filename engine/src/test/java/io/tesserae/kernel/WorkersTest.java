package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void everyTaskRunsOnce(int threads) {
        try (Workers workers = new Workers(threads)) {
            for (int loop = 0; loop < 3000; loop++) {
                int tasks = loop % 23;
                AtomicIntegerArray runs = new AtomicIntegerArray(23);
                workers.run(tasks, (index, thread) -> {
                    assertTrue(thread >= 0 && thread < threads);
                    runs.incrementAndGet(index);
                });
                for (int i = 0; i < 23; i++) {
                    assertEquals(i < tasks ? 1 : 0, runs.get(i));
                }
                if (loop % 500 == 0) {
                    LockSupport.parkNanos(2_000_000); // long enough for the helpers to fall asleep
                }
            }
        }
    }

    @Test
    void aLoopOfVeryManyTasks() {
        try (Workers workers = new Workers(3)) {
            for (int tasks : new int[] {TaskRuns.MOST_TASKS, TaskRuns.MOST_TASKS + 1, 200_001}) {
                AtomicIntegerArray runs = new AtomicIntegerArray(tasks);
                workers.run(tasks, (index, thread) -> runs.incrementAndGet(index));
                for (int i = 0; i < tasks; i++) {
                    assertEquals(1, runs.get(i));
                }
            }
        }
    }

    /** Loops that follow each other as fast as they can, of lengths that leave some threads without any task. */
    @Test
    void loopsThatFollowEachOtherClosely() {
        try (Workers workers = new Workers(4)) {
            int[] sum = new int[4 * 64];
            long expected = 0;
            for (int loop = 0; loop < 300_000; loop++) {
                int tasks = 2 + loop % 5;
                workers.run(tasks, (index, thread) -> sum[thread * 64] += index + 1);
                expected += tasks * (tasks + 1) / 2;
            }
            assertEquals(expected, (long) sum[0] + sum[64] + sum[128] + sum[192]);
        }
    }

    @Test
    void noTwoTasksShareAThreadNumberAtATime() {
        try (Workers workers = new Workers(4)) {
            AtomicIntegerArray inside = new AtomicIntegerArray(4);
            workers.run(2000, (index, thread) -> {
                assertEquals(1, inside.incrementAndGet(thread));
                inside.decrementAndGet(thread);
            });
        }
    }

    @Test
    void whatATaskThrowsReachesTheCallerAndTheNextLoopIsSound() {
        try (Workers workers = new Workers(3)) {
            for (int loop = 0; loop < 200; loop++) {
                IllegalStateException failure = new IllegalStateException("task 5");
                assertSame(
                        failure,
                        assertThrows(
                                IllegalStateException.class,
                                () -> workers.run(50, (index, thread) -> {
                                    if (index == 5) {
                                        throw failure;
                                    }
                                })));
                AtomicLong sum = new AtomicLong();
                workers.run(10, (index, thread) -> sum.addAndGet(index));
                assertEquals(45, sum.get());
            }
        }
    }

    @Test
    void manyCallersAndNestedLoopsAllFinish() throws Exception {
        try (Workers workers = new Workers(3);
                ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<Future<Long>> sums = new ArrayList<>();
            for (int caller = 0; caller < 8; caller++) {
                sums.add(callers.submit(() -> {
                    AtomicLong sum = new AtomicLong();
                    for (int loop = 0; loop < 300; loop++) {
                        workers.run(9, (i, t) -> workers.run(4, (j, u) -> sum.addAndGet(i * 4 + j)));
                    }
                    return sum.get();
                }));
            }
            for (Future<Long> sum : sums) {
                assertEquals(300L * 36 * 35 / 2, sum.get());
            }
        }
    }

    @Test
    void closedWorkersLeaveTheWorkToTheCaller() {
        Workers workers = new Workers(3);
        workers.close();
        AtomicLong sum = new AtomicLong();
        workers.run(10, (index, thread) -> sum.addAndGet(index));
        assertEquals(45, sum.get());
        assertThrows(IllegalArgumentException.class, () -> new Workers(0));
    }
}
