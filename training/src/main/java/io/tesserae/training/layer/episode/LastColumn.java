package io.tesserae.training.layer.episode;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/** Gives rows a last value, which is known and not trained: the reward of a step, say. */
public final class LastColumn {

    private LastColumn() {}

    /**
     * Appends a column.
     *
     * @param x {@code [rows, columns]}
     * @param last {@code [rows]}
     * @return {@code [rows, columns + 1]}
     */
    public static Variable of(Tape tape, Variable x, float[] last) {
        int columns = x.columns();
        int width = columns + 1;
        Tensor y = tape.take(x.rows(), width);
        tape.overRows(x.rows(), width, (from, to) -> {
            for (int row = from; row < to; row++) {
                System.arraycopy(x.value().data(), row * columns, y.data(), row * width, columns);
                y.data()[row * width + columns] = last[row];
            }
        });
        return tape.record(y, x.needsGradient(), dy -> {
            float[] dx = x.gradient().toAddTo().data();
            tape.overRows(x.rows(), width, (from, to) -> {
                for (int row = from; row < to; row++) {
                    tape.kernels().add(dy.data(), row * width, dx, row * columns, columns);
                }
            });
        });
    }
}
