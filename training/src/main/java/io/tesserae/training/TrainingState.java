package io.tesserae.training;

import io.tesserae.training.log.LogEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/** Where a run is, and what callbacks ask of it: transformers' {@code TrainerState} and {@code TrainerControl}. */
public final class TrainingState {

    private final long maxSteps;
    private final double stepsPerEpoch;
    private final List<LogEntry> logHistory = new ArrayList<>();
    private long globalStep;
    private double loss = Double.NaN;
    private OptionalDouble bestMetric = OptionalDouble.empty();
    private volatile boolean stops;

    TrainingState(long maxSteps, double stepsPerEpoch) {
        this.maxSteps = maxSteps;
        this.stepsPerEpoch = stepsPerEpoch;
    }

    /** How many steps were done. */
    public long globalStep() {
        return globalStep;
    }

    /** How many steps the run has. */
    public long maxSteps() {
        return maxSteps;
    }

    /** How often the data was seen, in fractions. */
    public double epoch() {
        return globalStep / stepsPerEpoch;
    }

    /** The loss of the last step; NaN before the first. */
    public double loss() {
        return loss;
    }

    /** The best value so far of the metric that decides. */
    public OptionalDouble bestMetric() {
        return bestMetric;
    }

    /** What was logged so far. */
    public List<LogEntry> logHistory() {
        return Collections.unmodifiableList(logHistory);
    }

    /** Asks the run to stop after this step; it saves what there is. May be called from any thread. */
    public void stop() {
        stops = true;
    }

    /** Whether somebody asked the run to stop. */
    public boolean stops() {
        return stops;
    }

    void stepDone(double loss) {
        globalStep++;
        this.loss = loss;
    }

    void resumeAt(long step) {
        globalStep = step;
    }

    void best(double metric) {
        bestMetric = OptionalDouble.of(metric);
    }

    void logged(LogEntry entry) {
        logHistory.add(entry);
    }
}
