package io.tesserae.training.layer;

import io.tesserae.tensor.Activation;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Gradient;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/** An activation function, value by value: {@code dx = dy · f'(x)}. */
public final class Activate {

    private Activate() {}

    /** Every value of {@code x [rows, columns]} through a function. */
    public static Variable forward(Tape tape, Activation activation, Variable x) {
        int columns = x.columns();
        Tensor y = tape.take(x.rows(), columns);
        tape.overRows(x.rows(), columns, (from, to) -> {
            int offset = from * columns;
            int count = (to - from) * columns;
            System.arraycopy(x.value().data(), offset, y.data(), offset, count);
            tape.machine().kernels().activate(activation, y.data(), offset, 1, count, count);
        });
        return tape.record(y, x.needsGradient(), dy -> backward(tape, activation, x, dy));
    }

    /** Overwrites {@code dy}, which nobody reads after this. */
    private static void backward(Tape tape, Activation activation, Variable x, Tensor dy) {
        int columns = x.columns();
        Gradient gradient = x.gradient();
        boolean first = gradient.isEmpty();
        gradient.joining();
        float[] dx = gradient.tensor().data();
        tape.overRows(x.rows(), columns, (from, to) -> {
            int offset = from * columns;
            int count = (to - from) * columns;
            float[] out = first ? dx : dy.data();
            tape.kernels().activation(activation, x.value().data(), dy.data(), offset, count, out);
            if (!first) {
                tape.kernels().add(dy.data(), offset, dx, offset, count);
            }
        });
    }
}
