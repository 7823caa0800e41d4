package io.tesserae.training.layer;

import io.tesserae.model.EmbeddingStep;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * Every row divided by its length: {@code torch.nn.functional.normalize}, and sentence-transformers' {@code Normalize}. The forward pass
 * has the bits of the models that are trained.
 *
 * <pre>
 * length = max(√Σ x², 1e-12)
 * y      = x / length                          [rows, columns]
 * dx     = (dy − y · Σ (dy · y)) / length
 * dx     = dy / length                         where the row is shorter than 1e-12, as in the reference
 * </pre>
 */
public final class Normalize {

    private static final double LEAST_LENGTH = 1e-12;

    private Normalize() {}

    /** Rows of {@code x [rows, columns]} of length 1. */
    public static Variable forward(Tape tape, Variable x) {
        int columns = x.columns();
        Tensor y = tape.take(x.rows(), columns);
        tape.overRows(x.rows(), columns, (from, to) -> {
            for (int row = from; row < to; row++) {
                System.arraycopy(x.value().data(), row * columns, y.data(), row * columns, columns);
                EmbeddingStep.Normalize.normalize(y.data(), row * columns, columns);
            }
        });
        return tape.record(y, x.needsGradient(), dy -> {
            float[] dx = x.gradient().toAddTo().data();
            tape.overRows(x.rows(), columns, (from, to) -> {
                for (int row = from; row < to; row++) {
                    addRow(x.value().data(), y.data(), dy.data(), row * columns, columns, dx);
                }
            });
        });
    }

    private static void addRow(float[] x, float[] y, float[] dy, int offset, int columns, float[] dx) {
        double squares = 0;
        double along = 0; // Σ dy · y
        for (int i = offset; i < offset + columns; i++) {
            squares += (double) x[i] * x[i];
            along += (double) dy[i] * y[i];
        }
        double length = Math.sqrt(squares);
        if (length < LEAST_LENGTH) { // the divisor does not move with x
            length = LEAST_LENGTH;
            along = 0;
        }
        for (int i = offset; i < offset + columns; i++) {
            dx[i] += (float) ((dy[i] - along * y[i]) / length);
        }
    }
}
