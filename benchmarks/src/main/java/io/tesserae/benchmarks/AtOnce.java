package io.tesserae.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntToDoubleFunction;

/** What several cores reach while all of them are busy: clocks fall and the way to memory is shared. */
final class AtOnce {

    private AtOnce() {}

    /**
     * Measures on so many threads that begin together, and adds up what they found.
     *
     * @param measurement of a speed, given the thread's number; it should take about as long on each
     */
    static double sum(int threads, IntToDoubleFunction measurement) {
        CyclicBarrier start = new CyclicBarrier(threads);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<Double>> found = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int number = thread;
                found.add(executor.submit(() -> {
                    await(start);
                    return measurement.applyAsDouble(number);
                }));
            }
            double sum = 0;
            for (Future<Double> speed : found) {
                sum += speed.get();
            }
            return sum;
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "a measurement failed: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in the middle of a measurement", e);
        }
    }

    private static void await(CyclicBarrier start) throws InterruptedException {
        try {
            start.await();
        } catch (BrokenBarrierException e) {
            throw new IllegalStateException("another thread of the measurement was interrupted", e);
        }
    }
}
