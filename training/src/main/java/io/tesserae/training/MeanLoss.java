package io.tesserae.training;

import io.tesserae.training.saving.RunPosition;
import java.util.Map;

/** The mean loss since the last line of the log, and that of the whole run; a run that is resumed goes on with both. */
final class MeanLoss {

    private static final String SINCE_LOG = "loss_since_log";
    private static final String STEPS_SINCE_LOG = "steps_since_log";
    private static final String OF_RUN = "loss_of_run";

    private double sinceLog;
    private long stepsSinceLog;
    private double ofRun;
    private long stepsOfRun;

    void add(double loss) {
        sinceLog += loss;
        stepsSinceLog++;
        ofRun += loss;
        stepsOfRun++;
    }

    /** The mean of the steps since this was last asked for. */
    double takeSinceLog() {
        double mean = sinceLog / stepsSinceLog;
        sinceLog = 0;
        stepsSinceLog = 0;
        return mean;
    }

    /** The mean of all steps; NaN before the first. */
    double ofRun() {
        return ofRun / stepsOfRun;
    }

    void writeTo(Map<String, Long> counters, Map<String, Double> sums) {
        counters.put(STEPS_SINCE_LOG, stepsSinceLog);
        sums.put(SINCE_LOG, sinceLog);
        sums.put(OF_RUN, ofRun);
    }

    void readFrom(RunPosition position, long globalStep) {
        stepsSinceLog = position.counters().getOrDefault(STEPS_SINCE_LOG, 0L);
        sinceLog = position.sums().getOrDefault(SINCE_LOG, 0.0);
        ofRun = position.sums().getOrDefault(OF_RUN, 0.0);
        stepsOfRun = globalStep;
    }
}
