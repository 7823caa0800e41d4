package io.tesserae.training.loss;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * The squared error of rows that count differently.
 *
 * <pre>
 * loss = Σ w[row] · mean over columns of (x − target)²
 * dx   = 2 w[row] (x − target) / columns
 * </pre>
 *
 * <p>Weights of {@code 1 / rows} make it {@link MeanSquaredError}.
 */
public final class WeightedSquaredError {

    private WeightedSquaredError() {}

    /**
     * The loss, one value.
     *
     * @param predictions {@code [rows, columns]}
     * @param targets {@code [rows · columns]}, finite
     * @param weights {@code [rows]}
     */
    public static Variable of(Tape tape, Variable predictions, float[] targets, float[] weights) {
        int columns = predictions.columns();
        if (targets.length != predictions.value().size() || weights.length != predictions.rows()) {
            throw new IllegalArgumentException(
                    targets.length + " targets and " + weights.length + " weights for " + predictions.value());
        }
        float[] x = predictions.value().data();
        double sum = 0;
        for (int row = 0; row < weights.length; row++) {
            double squares = 0;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                double error = (double) x[i] - targets[i];
                squares += error * error;
            }
            sum += weights[row] * squares / columns;
        }
        Tensor loss = tape.take(1);
        loss.data()[0] = (float) sum;
        return tape.record(loss, predictions.needsGradient(), gradient -> {
            float[] dx = predictions.gradient().toAddTo().data();
            for (int row = 0; row < weights.length; row++) {
                double scale = 2.0 * gradient.data()[0] * weights[row] / columns;
                for (int i = row * columns; i < (row + 1) * columns; i++) {
                    dx[i] += (float) (scale * ((double) x[i] - targets[i]));
                }
            }
        });
    }
}
