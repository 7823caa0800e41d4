package io.tesserae.training.layer;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.ArrayList;
import java.util.List;

/** Parts of the columns of a matrix: gradients go back to where they were. */
final class Columns {

    private Columns() {}

    /**
     * Equal parts, side by side.
     *
     * @param x {@code [rows, parts · columns]}
     * @return {@code [rows, columns]} each
     */
    static List<Variable> split(Tape tape, Variable x, int parts) {
        List<Variable> split = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            split.add(part(tape, x, part, x.columns() / parts));
        }
        return split;
    }

    private static Variable part(Tape tape, Variable x, int part, int columns) {
        int width = x.columns();
        int first = part * columns;
        Tensor y = tape.take(x.rows(), columns);
        tape.overRows(x.rows(), columns, (from, to) -> {
            for (int row = from; row < to; row++) {
                System.arraycopy(x.value().data(), row * width + first, y.data(), row * columns, columns);
            }
        });
        return tape.record(y, x.needsGradient(), dy -> {
            float[] dx = x.gradient().toAddTo().data();
            tape.overRows(x.rows(), columns, (from, to) -> {
                for (int row = from; row < to; row++) {
                    tape.kernels().add(dy.data(), row * columns, dx, row * width + first, columns);
                }
            });
        });
    }
}
