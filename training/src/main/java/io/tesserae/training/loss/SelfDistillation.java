package io.tesserae.training.loss;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * A network learns from its own moving average what other crops of a picture show: {@code DINOLoss} of Caron et al., arXiv 2104.14294,
 * section 3.1 and algorithm 1. The teacher sees the two global crops, the student all of them; no gradient flows to the teacher.
 *
 * <pre>
 * p[t] = softmax((teacher[t] − centre) / teacher's temperature)      t one of the two global crops
 * q[s] = softmax(student[s] / student's temperature)                 s any crop
 * loss = mean over all pairs t ≠ s, and over the pictures, of −Σ p[t] · ln q[s]
 * </pre>
 *
 * <p>The centre keeps the teacher from giving one answer to all; after each step it {@linkplain #moveCentre moves} towards what the
 * teacher said. It begins with zeros.
 *
 * @param studentTemperature above 0; 0.1 in the reference
 * @param centreMomentum from 0 to 1, how much of the centre stays; 0.9 in the reference
 * @param centre {@code [outputs]}, which {@link #moveCentre} changes
 */
public record SelfDistillation(float studentTemperature, float centreMomentum, float[] centre) {

    private static final int GLOBAL_CROPS = 2;

    /** Checks the numbers. */
    public SelfDistillation {
        requireTemperature("student", studentTemperature);
        if (!(centreMomentum >= 0 && centreMomentum <= 1)) {
            throw new IllegalArgumentException(
                    "momentum of the centre: expected a number from 0 to 1, found " + centreMomentum);
        }
    }

    /** With the reference's numbers, before any step. */
    public static SelfDistillation ofOutputs(int outputs) {
        return new SelfDistillation(0.1f, 0.9f, new float[outputs]);
    }

    /**
     * The loss, one value.
     *
     * @param student {@code [crops · pictures, outputs]}: all pictures' first crop, then their second, and so on; the two global ones first
     * @param teacher {@code [2 · pictures, outputs]}: of the global crops, in the same order
     * @param teacherTemperature above 0; see {@link TeacherTemperature}
     * @throws IllegalArgumentException if shapes do not agree, or there is no picture
     */
    public Variable of(Tape tape, Variable student, Tensor teacher, float teacherTemperature) {
        requireTemperature("teacher", teacherTemperature);
        requireShapes(student.value(), teacher);
        int outputs = centre.length;
        int pictures = teacher.dimension(0) / GLOBAL_CROPS;
        float[] targets = tape.take(teacher.size()).data(); // p
        tape.overRows(teacher.dimension(0), outputs, (from, to) -> {
            for (int row = from; row < to; row++) {
                for (int k = 0, i = row * outputs; k < outputs; k++, i++) {
                    targets[i] = (teacher.data()[i] - centre[k]) / teacherTemperature;
                }
                tape.machine().kernels().softmax(targets, row * outputs, outputs);
            }
        });
        double[] losses = new double[student.rows()];
        tape.overRows(student.rows(), outputs, (from, to) -> {
            for (int row = from; row < to; row++) {
                losses[row] = rowLoss(tape, cooled(student, row), targets, row, pictures);
            }
        });
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        int crops = student.rows() / pictures;
        double terms = (double) GLOBAL_CROPS * (crops - 1) * pictures;
        Tensor loss = tape.take(1);
        loss.data()[0] = (float) (sum / terms);
        return tape.record(
                loss,
                student.needsGradient(),
                gradient -> backward(
                        tape, student, targets, pictures, (float) (gradient.data()[0] / terms / studentTemperature)),
                targets);
    }

    /** What a student's row loses to the teacher's rows of the same picture and other crops. */
    private static double rowLoss(Tape tape, float[] logits, float[] targets, int row, int pictures) {
        int outputs = logits.length;
        float logSum = tape.kernels().logSumExp(logits, 0, outputs);
        double loss = 0;
        for (int t = 0; t < GLOBAL_CROPS; t++) {
            if (t != row / pictures) {
                int offset = (t * pictures + row % pictures) * outputs;
                for (int k = 0; k < outputs; k++) {
                    loss += targets[offset + k] * ((double) logSum - logits[k]);
                }
            }
        }
        return loss;
    }

    private void backward(Tape tape, Variable student, float[] targets, int pictures, float scale) {
        int outputs = centre.length;
        float[] gradient = student.gradient().toAddTo().data();
        tape.overRows(student.rows(), outputs, (from, to) -> {
            for (int row = from; row < to; row++) {
                float[] q = cooled(student, row);
                tape.machine().kernels().softmax(q, 0, outputs);
                for (int t = 0; t < GLOBAL_CROPS; t++) {
                    if (t != row / pictures) {
                        int offset = (t * pictures + row % pictures) * outputs;
                        for (int k = 0, i = row * outputs; k < outputs; k++, i++) {
                            gradient[i] = Math.fma(scale, q[k] - targets[offset + k], gradient[i]);
                        }
                    }
                }
            }
        });
    }

    private float[] cooled(Variable student, int row) {
        float[] cooled = new float[centre.length];
        for (int k = 0; k < cooled.length; k++) {
            cooled[k] = student.value().data()[row * cooled.length + k] / studentTemperature;
        }
        return cooled;
    }

    /**
     * Moves the centre towards the teacher's mean: {@code centre = momentum · centre + (1 − momentum) · mean}. The reference does so once
     * the loss of the same batch has been computed.
     *
     * @param teacher {@code [rows, outputs]}, one row at least
     */
    public void moveCentre(Tensor teacher) {
        int outputs = centre.length;
        if (teacher.rank() != 2 || teacher.dimension(0) < 1 || teacher.dimension(1) != outputs) {
            throw new IllegalArgumentException("teacher: expected [rows, " + outputs + "], found " + teacher);
        }
        double[] sums = new double[outputs];
        for (int i = 0; i < teacher.size(); i++) {
            sums[i % outputs] += teacher.data()[i];
        }
        for (int k = 0; k < outputs; k++) {
            double mean = sums[k] / teacher.dimension(0);
            centre[k] = (float) (centre[k] * (double) centreMomentum + mean * (1 - (double) centreMomentum));
        }
    }

    private static void requireTemperature(String whose, float temperature) {
        if (!(temperature > 0 && temperature < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "temperature of the " + whose + ": expected a number above 0, found " + temperature);
        }
    }

    private void requireShapes(Tensor student, Tensor teacher) {
        boolean fits = teacher.rank() == 2
                && student.rank() == 2
                && teacher.dimension(1) == centre.length
                && student.dimension(1) == centre.length
                && teacher.dimension(0) >= GLOBAL_CROPS
                && teacher.dimension(0) % GLOBAL_CROPS == 0
                && student.dimension(0) >= teacher.dimension(0)
                && student.dimension(0) % (teacher.dimension(0) / GLOBAL_CROPS) == 0;
        if (!fits) {
            throw new IllegalArgumentException("self-distillation: expected a teacher [2 · pictures, " + centre.length
                    + "] and a student [crops · pictures, " + centre.length + "], two crops or more, found " + teacher
                    + " and " + student);
        }
    }
}
