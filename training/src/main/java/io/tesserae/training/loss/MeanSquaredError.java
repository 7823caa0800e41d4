package io.tesserae.training.loss;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * How far numbers are from those wanted: {@code torch.nn.MSELoss}. It is the loss of transformers' {@code regression}, where a model of
 * one label gives a column.
 *
 * <pre>
 * loss = mean of (x − target)²      over all values
 * dx   = 2 (x − target) / values
 * </pre>
 */
public final class MeanSquaredError {

    private MeanSquaredError() {}

    /**
     * The loss, one value; NaN where there are no values, as in the reference.
     *
     * @param predictions {@code [rows]}, {@code [rows, 1]} or {@code [rows, columns]}
     * @param targets as many as there are predictions, in their order
     * @throws IllegalArgumentException if there are not as many targets as predictions, or one is not finite
     */
    public static Variable of(Tape tape, Variable predictions, float[] targets) {
        int size = predictions.value().size();
        requireTargets(predictions, targets);
        float[] x = predictions.value().data();
        double sum = 0;
        for (int i = 0; i < size; i++) {
            double error = (double) x[i] - targets[i];
            sum += error * error;
        }
        Tensor loss = tape.take(1);
        loss.data()[0] = (float) (sum / size);
        return tape.record(loss, predictions.needsGradient(), gradient -> {
            double scale = 2.0 * gradient.data()[0] / size;
            float[] dx = predictions.gradient().toAddTo().data();
            for (int i = 0; i < size; i++) {
                dx[i] += (float) (scale * ((double) x[i] - targets[i]));
            }
        });
    }

    private static void requireTargets(Variable predictions, float[] targets) {
        if (targets.length != predictions.value().size()) {
            throw new IllegalArgumentException(targets.length + " targets for " + predictions.value());
        }
        for (int i = 0; i < targets.length; i++) {
            if (!Float.isFinite(targets[i])) {
                throw new IllegalArgumentException("target " + i + ": expected a finite number, found " + targets[i]);
            }
        }
    }
}
