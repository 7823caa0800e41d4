package io.tesserae.training.loss;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;

/**
 * Cross-entropy between scores and labels: {@code torch.nn.CrossEntropyLoss}, mean over the rows that count.
 *
 * <pre>
 * loss of a row = Σ_k target[k] · w[k] · (logSumExp(logits) − logits[k])
 * target[k]     = (1 − smoothing) · [k = label] + smoothing / labels
 * loss          = Σ rows' losses / Σ w[label]        over the rows whose label is not ignored
 * </pre>
 *
 * @param labelSmoothing from 0 to 1: Szegedy et al., arXiv 1512.00567, section 7
 * @param classWeights {@code [labels]}, one for each label; empty where all weigh 1
 */
public record CrossEntropy(float labelSmoothing, Optional<float[]> classWeights) {

    /** The label of rows that do not count. */
    public static final int IGNORED = -100;

    /** Without smoothing, all labels weighing 1. */
    public static final CrossEntropy PLAIN = new CrossEntropy(0f, Optional.empty());

    /**
     * The loss, one value; NaN where no row counts, as in the reference.
     *
     * @param logits {@code [rows, labels]}
     * @param labels {@code [rows]}, each below the number of labels, or {@link #IGNORED}
     */
    public Variable of(Tape tape, Variable logits, int[] labels) {
        requireLabels(logits, labels);
        int columns = logits.columns();
        float[] logSums = tape.take(Math.max(1, labels.length)).data();
        double sum = 0;
        double weights = 0;
        for (int row = 0; row < labels.length; row++) {
            if (labels[row] != IGNORED) {
                logSums[row] = tape.kernels().logSumExp(logits.value().data(), row * columns, columns);
                sum += rowLoss(logits.value().data(), row * columns, columns, labels[row], logSums[row]);
                weights += weight(labels[row]);
            }
        }
        double total = weights;
        Tensor loss = tape.take(1);
        loss.data()[0] = (float) (sum / total);
        return tape.record(
                loss,
                logits.needsGradient(),
                gradient -> backward(tape, logits, labels, logSums, (float) (gradient.data()[0] / total)),
                logSums);
    }

    private static void requireLabels(Variable logits, int[] labels) {
        if (logits.rows() != labels.length) {
            throw new IllegalArgumentException(labels.length + " labels for " + logits.value());
        }
        for (int label : labels) {
            if (label != IGNORED && (label < 0 || label >= logits.columns())) {
                throw new IllegalArgumentException(
                        "label " + label + " is outside the " + logits.columns() + " labels of the model");
            }
        }
    }

    private float weight(int label) {
        return classWeights.map(weights -> weights[label]).orElse(1f);
    }

    private double rowLoss(float[] logits, int offset, int columns, int label, float logSum) {
        double loss = (1 - labelSmoothing) * (double) weight(label) * (logSum - logits[offset + label]);
        if (labelSmoothing > 0) {
            double smooth = 0;
            for (int k = 0; k < columns; k++) {
                smooth += (double) weight(k) * (logSum - logits[offset + k]);
            }
            loss += labelSmoothing / columns * smooth;
        }
        return loss;
    }

    /** {@code d logits[k] = scale · (Σ_j t[j] · softmax[k] − t[k])} with {@code t[k] = target[k] · w[k]}. */
    private void backward(Tape tape, Variable logits, int[] labels, float[] logSums, float scale) {
        int columns = logits.columns();
        float[] values = logits.value().data();
        float[] gradient = logits.gradient().toAddTo().data();
        tape.overRows(labels.length, columns, (from, to) -> {
            float[] p = new float[columns];
            for (int row = from; row < to; row++) {
                if (labels[row] != IGNORED) {
                    System.arraycopy(values, row * columns, p, 0, columns);
                    tape.machine().kernels().softmax(p, 0, columns);
                    addRow(p, labels[row], scale, gradient, row * columns);
                }
            }
        });
    }

    private void addRow(float[] p, int label, float scale, float[] gradient, int offset) {
        int columns = p.length;
        float share = labelSmoothing / columns;
        float smoothed = 0f; // what the smoothed targets weigh together
        for (int k = 0; share > 0 && k < columns; k++) {
            smoothed += share * weight(k);
        }
        float own = (1 - labelSmoothing) * weight(label);
        for (int k = 0; k < columns; k++) {
            float target = (k == label ? own : 0f) + (share > 0 ? share * weight(k) : 0f);
            gradient[offset + k] = Math.fma(scale, Math.fma(own + smoothed, p[k], -target), gradient[offset + k]);
        }
    }
}
