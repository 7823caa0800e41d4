package io.tesserae.training.layer;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Gradient;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * Layer scale, a factor for every channel of what joins the residual stream: Touvron et al., arXiv 2103.17239, section 2.
 *
 * <pre>
 * y = residual + scale · x      [rows, features]; one rounding
 * dx = dy · scale,  dscale = Σ dy · x over the rows
 * </pre>
 *
 * @param scale {@code [features]}
 */
public record LayerScale(Parameter scale) {

    /** The residual stream and what joins it, both {@code [rows, features]}. */
    public Variable joined(Tape tape, Variable residual, Variable x) {
        int columns = x.columns();
        Tensor y = tape.take(x.rows(), columns);
        float[] factors = scale.data();
        tape.overRows(x.rows(), columns, (from, to) -> {
            for (int row = from; row < to; row++) {
                int at = row * columns;
                for (int i = 0; i < columns; i++) {
                    y.data()[at + i] = Math.fma(
                            factors[i],
                            x.value().data()[at + i],
                            residual.value().data()[at + i]);
                }
            }
        });
        boolean needed = scale.isTrained() || x.needsGradient() || residual.needsGradient();
        return tape.record(y, needed, dy -> backward(tape, residual, x, dy));
    }

    /** Overwrites {@code dy}, which nobody reads after this. */
    private void backward(Tape tape, Variable residual, Variable x, Tensor dy) {
        int columns = x.columns();
        if (residual.needsGradient()) {
            Sums.addTo(tape, dy, residual.gradient());
        }
        if (scale.isTrained()) {
            float[] target = scale.gradient().toAddTo().data();
            tape.overColumns(columns, x.rows(), (from, to) -> {
                for (int row = 0; row < x.rows(); row++) {
                    int at = row * columns;
                    for (int i = from; i < to; i++) {
                        target[i] = Math.fma(dy.data()[at + i], x.value().data()[at + i], target[i]);
                    }
                }
            });
        }
        if (x.needsGradient()) {
            Gradient dx = x.gradient();
            tape.overRows(x.rows(), columns, (from, to) -> {
                for (int row = from; row < to; row++) {
                    int at = row * columns;
                    tape.kernels().multiply(dy.data(), at, scale.data(), 0, columns, dy.data(), at);
                }
            });
            Sums.addTo(tape, dy, dx);
        }
    }
}
