package io.tesserae.training.loss;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * Cross-entropy of rows that count differently: those of several tasks that are learned together.
 *
 * <pre>
 * loss           = Σ w[row] · (logSumExp(logits) − logits[label])
 * d logits[k]    = w[row] · (softmax[k] − [k = label])
 * </pre>
 *
 * <p>Weights of {@code 1 / rows} make it {@link CrossEntropy#PLAIN}.
 */
public final class WeightedCrossEntropy {

    private WeightedCrossEntropy() {}

    /**
     * The loss, one value.
     *
     * @param logits {@code [rows, labels]}
     * @param labels {@code [rows]}, each below the number of labels
     * @param weights {@code [rows]}
     */
    public static Variable of(Tape tape, Variable logits, int[] labels, float[] weights) {
        int columns = logits.columns();
        if (labels.length != logits.rows() || weights.length != labels.length) {
            throw new IllegalArgumentException(
                    labels.length + " labels and " + weights.length + " weights for " + logits.value());
        }
        float[] values = logits.value().data();
        float[] logSums = tape.take(labels.length).data();
        tape.overRows(labels.length, columns, (from, to) -> {
            for (int row = from; row < to; row++) {
                logSums[row] = tape.kernels().logSumExp(values, row * columns, columns);
            }
        });
        double sum = 0;
        for (int row = 0; row < labels.length; row++) {
            sum += (double) weights[row] * (logSums[row] - values[row * columns + labels[row]]);
        }
        Tensor loss = tape.take(1);
        loss.data()[0] = (float) sum;
        return tape.record(
                loss,
                logits.needsGradient(),
                gradient -> backward(tape, logits, labels, weights, gradient.data()[0]),
                logSums);
    }

    private static void backward(Tape tape, Variable logits, int[] labels, float[] weights, float scale) {
        int columns = logits.columns();
        float[] gradient = logits.gradient().toAddTo().data();
        tape.overRows(labels.length, columns, (from, to) -> {
            float[] p = new float[columns];
            for (int row = from; row < to; row++) {
                float weight = scale * weights[row];
                System.arraycopy(logits.value().data(), row * columns, p, 0, columns);
                tape.machine().kernels().softmax(p, 0, columns);
                p[labels[row]] -= 1f;
                tape.kernels().scale(weight, p, 0, columns, p, 0);
                tape.kernels().add(p, 0, gradient, row * columns, columns);
            }
        });
    }
}
