package io.tesserae.training.loss;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * Whether each label holds, one by one: {@code torch.nn.BCEWithLogitsLoss}, mean over all values. It is the loss of transformers'
 * {@code multi_label_classification}.
 *
 * <pre>
 * loss of a value = max(x, 0) − x · target + ln(1 + e^−|x|)
 * loss            = mean over all values
 * dx              = (1 / (1 + e^−x) − target) / values
 * </pre>
 *
 * <p>The exponentials are in float64 and {@link StrictMath}'s, whose bits are fixed.
 */
public final class BinaryCrossEntropy {

    private BinaryCrossEntropy() {}

    /**
     * The loss, one value; NaN where there are no values, as in the reference.
     *
     * @param logits {@code [rows, labels]}
     * @param targets {@code [rows, labels]}, each from 0 to 1: how much the label holds
     * @throws IllegalArgumentException if there are not as many targets as logits, or one is no probability
     */
    public static Variable of(Tape tape, Variable logits, float[] targets) {
        int size = logits.value().size();
        requireTargets(logits, targets);
        float[] x = logits.value().data();
        double sum = 0;
        for (int i = 0; i < size; i++) {
            double value = x[i];
            sum += Math.max(value, 0) - value * targets[i] + StrictMath.log1p(StrictMath.exp(-Math.abs(value)));
        }
        Tensor loss = tape.take(1);
        loss.data()[0] = (float) (sum / size);
        return tape.record(loss, logits.needsGradient(), gradient -> {
            double scale = (double) gradient.data()[0] / size;
            float[] dx = logits.gradient().toAddTo().data();
            for (int i = 0; i < size; i++) {
                dx[i] += (float) (scale * (1 / (1 + StrictMath.exp(-x[i])) - targets[i]));
            }
        });
    }

    private static void requireTargets(Variable logits, float[] targets) {
        if (targets.length != logits.value().size()) {
            throw new IllegalArgumentException(targets.length + " targets for " + logits.value());
        }
        for (int i = 0; i < targets.length; i++) {
            if (!(targets[i] >= 0 && targets[i] <= 1)) {
                throw new IllegalArgumentException(
                        "target " + i + ": expected a number from 0 (does not hold) to 1 (holds), found " + targets[i]);
            }
        }
    }
}
