package io.tesserae.cli.train;

import io.tesserae.training.TrainingState;
import java.util.function.LongSupplier;

/** How fast steps are, without the evaluations and the checkpoints between them. */
final class StepSpeed {

    private final long examples;
    private final LongSupplier nanoseconds;
    private long firstStep;
    private double firstEpoch;
    private long steps;
    private double epochs;
    private long spent;
    private long since;

    /**
     * @param examples of an epoch
     * @param nanoseconds the clock
     */
    StepSpeed(long examples, LongSupplier nanoseconds) {
        this.examples = examples;
        this.nanoseconds = nanoseconds;
    }

    /** Training begins, perhaps not with the first step. */
    void begin(TrainingState state) {
        firstStep = state.globalStep();
        firstEpoch = state.epoch();
        betweenSteps();
    }

    /** Something other than a step has ended. */
    void betweenSteps() {
        since = nanoseconds.getAsLong();
    }

    /** A step has ended. */
    void stepDone(TrainingState state) {
        long now = nanoseconds.getAsLong();
        spent += now - since;
        since = now;
        steps = state.globalStep() - firstStep;
        epochs = state.epoch() - firstEpoch;
    }

    /** Examples in a second; 0 before the first step. */
    double examplesPerSecond() {
        return spent == 0 ? 0 : examples * epochs * 1e9 / spent;
    }

    /** How long the steps that are left take. */
    long secondsLeft(TrainingState state) {
        return steps == 0 ? 0 : Math.round((state.maxSteps() - state.globalStep()) * (double) spent / steps / 1e9);
    }
}
