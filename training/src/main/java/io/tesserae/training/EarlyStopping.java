package io.tesserae.training;

import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.log.LogEntry;
import java.util.Map;

/** Ends a run that gets no better: transformers' {@code EarlyStoppingCallback}. */
public final class EarlyStopping implements TrainingCallback {

    private final String metric;
    private final boolean greaterIsBetter;
    private final int patience;
    private final double threshold;
    private double best = Double.NaN;
    private int worse;

    /**
     * @param metric by its name without {@code eval_}
     * @param greaterIsBetter whether a greater value is the better one
     * @param patience evaluations in a row that may be no better; 1 or more
     * @param threshold by how much one must be better than the best before; 0 or more
     */
    public EarlyStopping(String metric, boolean greaterIsBetter, int patience, double threshold) {
        if (patience < 1 || !(threshold >= 0)) {
            throw new IllegalArgumentException("expected a patience of 1 or more and a threshold of 0 or more, found "
                    + patience + " and " + threshold);
        }
        this.metric = "eval_" + metric;
        this.greaterIsBetter = greaterIsBetter;
        this.patience = patience;
        this.threshold = threshold;
    }

    /** A run that goes on has been as patient as its log says. */
    @Override
    public void onTrainBegin(TrainingState state) {
        best = Double.NaN;
        worse = 0;
        for (LogEntry entry : state.logHistory()) {
            if (entry.numbers().containsKey(metric)) {
                judge(state, entry.numbers().get(metric));
            }
        }
    }

    @Override
    public void onEvaluate(TrainingState state, Map<String, Double> metrics) {
        Double value = metrics.get(metric);
        if (value == null) {
            throw new TrainingException("early stopping looks at " + metric + ", which is not evaluated; there are "
                    + String.join(", ", metrics.keySet()));
        }
        judge(state, value);
    }

    private void judge(TrainingState state, double value) {
        double gain = greaterIsBetter ? value - best : best - value;
        if (Double.isNaN(best) || gain > threshold) {
            best = value;
            worse = 0;
        } else if (++worse >= patience) {
            state.stop();
        }
    }
}
