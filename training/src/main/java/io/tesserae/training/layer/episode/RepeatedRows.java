package io.tesserae.training.layer.episode;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/** Rows that are wanted several times, so many of them side by side. A row's gradient is the sum over its places, in their order. */
public final class RepeatedRows {

    private RepeatedRows() {}

    /**
     * Copies rows.
     *
     * @param x {@code [rows, columns]}
     * @param rows which of them, in any order, as often as they are wanted
     * @param together how many become one row of the result; divides the number of rows
     * @return {@code [rows / together, together · columns]}
     */
    public static Variable of(Tape tape, Variable x, int[] rows, int together) {
        int columns = x.columns();
        Tensor y = tape.take(rows.length / together, together * columns);
        tape.overRows(rows.length, columns, (from, to) -> {
            for (int i = from; i < to; i++) {
                System.arraycopy(x.value().data(), rows[i] * columns, y.data(), i * columns, columns);
            }
        });
        return tape.record(y, x.needsGradient(), dy -> {
            float[] dx = x.gradient().toAddTo().data();
            for (int i = 0; i < rows.length; i++) {
                tape.kernels().add(dy.data(), i * columns, dx, rows[i] * columns, columns);
            }
        });
    }
}
