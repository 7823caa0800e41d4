package io.tesserae.training.layer;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Gradient;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/** Sums of tensors of one shape: the gradient goes to both as it is. */
public final class Sums {

    private Sums() {}

    /** {@code a + b}, both {@code [rows, columns]}. */
    public static Variable of(Tape tape, Variable a, Variable b) {
        int columns = a.columns();
        Tensor y = tape.take(a.value().shape());
        tape.overRows(a.rows(), columns, (from, to) -> {
            int offset = from * columns;
            int count = (to - from) * columns;
            System.arraycopy(a.value().data(), offset, y.data(), offset, count);
            tape.kernels().add(b.value().data(), offset, y.data(), offset, count);
        });
        return tape.record(y, a.needsGradient() || b.needsGradient(), dy -> {
            if (a.needsGradient()) {
                addTo(tape, dy, a.gradient());
            }
            if (b.needsGradient()) {
                addTo(tape, dy, b.gradient());
            }
        });
    }

    /** Adds a contribution to a gradient; the first is copied. */
    static void addTo(Tape tape, Tensor contribution, Gradient gradient) {
        boolean first = gradient.isEmpty();
        gradient.joining();
        float[] target = gradient.tensor().data();
        float[] source = contribution.data();
        tape.overRows(contribution.size(), 1, (from, to) -> {
            if (first) {
                System.arraycopy(source, from, target, from, to - from);
            } else {
                tape.kernels().add(source, from, target, from, to - from);
            }
        });
    }
}
