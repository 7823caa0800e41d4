package io.tesserae.benchmarks.steps;

import io.tesserae.generation.TokenListener;
import java.util.Arrays;

/** Hears of the tokens of one sequence, and keeps how long each came after the one before: what one step of a decoder takes, choosing included. */
final class StepClock implements TokenListener {

    private long[] times = new long[16];
    private int tokens;

    @Override
    public void token(int row, int token) {
        if (tokens == times.length) {
            times = Arrays.copyOf(times, 2 * tokens);
        }
        times[tokens++] = System.nanoTime();
    }

    /** The median of the steps since it was last asked; the first token, which the prompt was read for, ends none. */
    double medianMilliseconds() {
        double[] steps = new double[tokens - 1];
        for (int step = 0; step < steps.length; step++) {
            steps[step] = (times[step + 1] - times[step]) / 1e6;
        }
        tokens = 0;
        Arrays.sort(steps);
        return steps[steps.length / 2];
    }
}
