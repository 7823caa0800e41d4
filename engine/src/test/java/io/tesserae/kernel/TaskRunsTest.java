package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TaskRunsTest {

    @Property
    void everyTaskIsTakenOnceWhoeverAsks(
            @ForAll @IntRange(min = 1, max = 60) int tasks,
            @ForAll @IntRange(min = 1, max = 7) int threads,
            @ForAll @IntRange(min = 0, max = 60) int tasksBefore,
            @ForAll long seed) {
        Random random = new Random(seed);
        TaskRuns runs = new TaskRuns(threads);
        takeAll(runs, runs.open(tasksBefore), tasksBefore, threads, random);
        takeAll(runs, runs.open(tasks), tasks, threads, random);
    }

    private static void takeAll(TaskRuns runs, long loop, int tasks, int threads, Random random) {
        boolean[] taken = new boolean[tasks];
        for (int i = 0; i < tasks; i++) {
            int task = runs.take(loop, random.nextInt(threads));
            assertFalse(taken[task]);
            taken[task] = true;
        }
        for (int thread = 0; thread < threads; thread++) {
            assertEquals(-1, runs.take(loop, thread));
        }
    }

    @Test
    void aThreadWalksItsOwnRunFirst() {
        TaskRuns runs = new TaskRuns(2);
        long loop = runs.open(10);
        assertEquals(5, runs.take(loop, 1));
        assertEquals(0, runs.take(loop, 0));
        assertEquals(1, runs.take(loop, 0));
        for (int task = 6; task < 10; task++) {
            assertEquals(task, runs.take(loop, 1));
        }
        assertEquals(4, runs.take(loop, 1), "then it helps, from the back");
        assertEquals(2, runs.take(loop, 0));
    }

    @Test
    void whoComesLateTakesNothingOfTheNextLoop() {
        TaskRuns runs = new TaskRuns(3);
        long over = runs.open(2); // the last thread's run is empty
        assertEquals(0, runs.take(over, 0));
        assertEquals(1, runs.take(over, 1));
        long loop = runs.open(30);
        for (int thread = 0; thread < 3; thread++) {
            assertEquals(-1, runs.take(over, thread));
        }
        takeAll(runs, loop, 30, 3, new Random(1));
    }

    @Test
    void theMostTasksThereCanBe() {
        TaskRuns runs = new TaskRuns(3);
        takeAll(runs, runs.open(TaskRuns.MOST_TASKS), TaskRuns.MOST_TASKS, 3, new Random(1));
    }

    @Test
    void threadsThatRaceTakeEveryTaskOnce() throws InterruptedException {
        TaskRuns runs = new TaskRuns(4);
        for (int repeat = 0; repeat < 200; repeat++) {
            long loop = runs.open(997);
            AtomicIntegerArray taken = new AtomicIntegerArray(997);
            CountDownLatch begin = new CountDownLatch(1);
            Thread[] threads = new Thread[4];
            for (int i = 0; i < 4; i++) {
                int thread = i;
                threads[i] = Thread.ofPlatform().start(() -> {
                    try {
                        begin.await();
                    } catch (InterruptedException e) {
                        return;
                    }
                    for (int task = runs.take(loop, thread); task >= 0; task = runs.take(loop, thread)) {
                        taken.incrementAndGet(task);
                    }
                });
            }
            begin.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            for (int task = 0; task < 997; task++) {
                assertEquals(1, taken.get(task));
            }
        }
    }
}
