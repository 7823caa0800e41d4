package io.tesserae.training.loss;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;

/**
 * Learning from another model's logits: Hinton et al., arXiv 1503.02531; Touvron et al., arXiv 2012.12877, section 4 (DeiT). No gradient
 * flows to the teacher.
 *
 * <pre>
 * soft: p = softmax(teacher / T), q = softmax(student / T)
 *       loss     = T² · Σ p · (ln p − ln q) / divisor
 *       dstudent = T · (q − p) / divisor
 * hard: cross-entropy with the label of the teacher's greatest logit
 * combined: (1 − α) · base + α · distillation
 * </pre>
 *
 * @param target what is learnt of the teacher
 * @param temperature T, above 0; means nothing to {@link Target#HARD}
 * @param alpha α, from 0 to 1: how much the teacher weighs beside the labels
 */
public record Distillation(Target target, float temperature, float alpha) {

    /** What is learnt of a teacher. */
    public enum Target {
        /** Its probabilities; the mean over the rows, as {@code torch.nn.KLDivLoss} with {@code batchmean}. */
        SOFT,
        /** Its probabilities; the mean over all logits, as DeiT's {@code DistillationLoss} divides. */
        SOFT_MEAN,
        /** The label it would choose, the first of equal ones. */
        HARD
    }

    /** Checks the numbers. */
    public Distillation {
        if (!(temperature > 0 && temperature < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("temperature: expected a number above 0, found " + temperature);
        }
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha: expected a number from 0 to 1, found " + alpha);
        }
    }

    /**
     * The labels' loss and the teacher's, one value.
     *
     * @param base the loss of the labels
     * @param student {@code [rows, labels]}
     * @param teacher {@code [rows, labels]}
     */
    public Variable combined(Tape tape, Variable base, Variable student, Tensor teacher) {
        return WeightedSum.of(
                tape,
                List.of(
                        new WeightedSum.Term(1 - alpha, base),
                        new WeightedSum.Term(alpha, of(tape, student, teacher))));
    }

    /**
     * The teacher's loss alone, one value; NaN where there are no rows.
     *
     * @param student {@code [rows, labels]}
     * @param teacher {@code [rows, labels]}, finite
     * @throws IllegalArgumentException if shapes do not agree, or a logit of the teacher is not finite
     */
    public Variable of(Tape tape, Variable student, Tensor teacher) {
        if (teacher.rank() != 2
                || student.rows() != teacher.dimension(0)
                || student.columns() != teacher.dimension(1)) {
            throw new IllegalArgumentException("teacher: expected logits as the student's " + student.value()
                    + ", found " + teacher + "; both must know the same labels");
        }
        if (!teacher.isFinite()) {
            throw new IllegalArgumentException("teacher: expected finite logits, found NaN or an infinite one");
        }
        return switch (target) {
            case SOFT -> soft(tape, student, teacher, student.rows());
            case SOFT_MEAN -> soft(tape, student, teacher, student.value().size());
            case HARD -> CrossEntropy.PLAIN.of(tape, student, greatest(teacher));
        };
    }

    private Variable soft(Tape tape, Variable student, Tensor teacher, int divisor) {
        int columns = student.columns();
        float[] targets = tape.take(Math.max(1, teacher.size())).data(); // p
        double sum = 0;
        for (int row = 0; row < student.rows(); row++) {
            float[] logits = cooled(student.value(), row);
            float[] wanted = cooled(teacher, row);
            float logSum = tape.kernels().logSumExp(logits, 0, columns);
            float wantedLogSum = tape.kernels().logSumExp(wanted, 0, columns);
            System.arraycopy(wanted, 0, targets, row * columns, columns);
            tape.machine().kernels().softmax(targets, row * columns, columns);
            for (int k = 0; k < columns; k++) {
                double difference = ((double) wanted[k] - wantedLogSum) - ((double) logits[k] - logSum);
                sum += targets[row * columns + k] * difference;
            }
        }
        Tensor loss = tape.take(1);
        loss.data()[0] = (float) (sum * temperature * temperature / divisor);
        return tape.record(
                loss,
                student.needsGradient(),
                gradient -> backward(tape, student, targets, gradient.data()[0] * temperature / divisor),
                targets);
    }

    private void backward(Tape tape, Variable student, float[] targets, float scale) {
        int columns = student.columns();
        float[] gradient = student.gradient().toAddTo().data();
        tape.overRows(student.rows(), columns, (from, to) -> {
            for (int row = from; row < to; row++) {
                float[] q = cooled(student.value(), row);
                tape.machine().kernels().softmax(q, 0, columns);
                for (int k = 0; k < columns; k++) {
                    int place = row * columns + k;
                    gradient[place] = Math.fma(scale, q[k] - targets[place], gradient[place]);
                }
            }
        });
    }

    /** A row, divided by the temperature. */
    private float[] cooled(Tensor logits, int row) {
        float[] cooled = new float[logits.dimension(1)];
        for (int k = 0; k < cooled.length; k++) {
            cooled[k] = logits.data()[row * cooled.length + k] / temperature;
        }
        return cooled;
    }

    private static int[] greatest(Tensor logits) {
        int columns = logits.dimension(1);
        int[] labels = new int[logits.dimension(0)];
        for (int row = 0; row < labels.length; row++) {
            for (int k = 1; k < columns; k++) {
                if (logits.data()[row * columns + k] > logits.data()[row * columns + labels[row]]) {
                    labels[row] = k;
                }
            }
        }
        return labels;
    }
}
