package io.tesserae.benchmarks;

import java.util.Arrays;

/**
 * How long one run of a workload took.
 *
 * @param medianMilliseconds the median over the runs
 * @param minimumMilliseconds the fastest run
 * @param runs how many were timed
 */
public record Timing(double medianMilliseconds, double minimumMilliseconds, int runs) {

    /** Something to time; whatever it throws ends the measurement. */
    @FunctionalInterface
    public interface Run {
        void run() throws Exception;
    }

    /**
     * Runs something again and again, and times each run.
     *
     * @param warmUpRuns how often it runs before the clock starts
     * @param seconds for how long; at least one run is timed
     */
    public static Timing of(int warmUpRuns, double seconds, Run run) {
        try {
            for (int i = 0; i < warmUpRuns; i++) {
                run.run();
            }
            double[] milliseconds = new double[16];
            int runs = 0;
            long end = System.nanoTime() + (long) (seconds * 1e9);
            do {
                long start = System.nanoTime();
                run.run();
                if (runs == milliseconds.length) {
                    milliseconds = Arrays.copyOf(milliseconds, 2 * runs);
                }
                milliseconds[runs++] = (System.nanoTime() - start) / 1e6;
            } while (System.nanoTime() < end);
            double[] timed = Arrays.copyOf(milliseconds, runs);
            return new Timing(median(timed), Arrays.stream(timed).min().orElseThrow(), runs);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the timed run failed: " + e.getMessage(), e);
        }
    }

    /** Likewise with the warm-up that most things want: two runs. */
    public static Timing of(double seconds, Run run) {
        return of(2, seconds, run);
    }

    /** Tokens or pictures per second at the median, padding not counted. */
    public double unitsPerSecond(Workload workload) {
        return workload.units() / (medianMilliseconds / 1e3);
    }

    /** The middle value, or the mean of the two middle ones. */
    public static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
