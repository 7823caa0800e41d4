package io.tesserae.training.loss;

import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.MatrixProducts;
import io.tesserae.kernel.MatrixProducts.Operand;
import io.tesserae.kernel.MatrixProducts.Size;
import io.tesserae.kernel.MatrixView;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Gradient;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * Dot products of all rows with all rows, times a number.
 *
 * <pre>
 * s  = scale · a bᵀ          [n, m]
 * da = scale · ds b          [n, hidden]
 * db = scale · dsᵀ a         [m, hidden]
 * </pre>
 */
final class Similarities {

    private Similarities() {}

    /** From {@code a [n, hidden]} and {@code b [m, hidden]}. */
    static Variable of(Tape tape, Variable a, Variable b, float scale) {
        int n = a.rows();
        int m = b.rows();
        int hidden = a.columns();
        Operand rowsOfA = Operand.of(a.value().data(), hidden);
        Operand rowsOfB = Operand.of(b.value().data(), hidden);
        Tensor s = tape.take(n, m);
        MatrixProducts.multiply(
                tape.workspace(),
                rowsOfA,
                Operand.transposed(b.value().data(), hidden),
                new Size(n, hidden, m),
                null,
                Epilogue.NONE,
                new MatrixView(s.data(), 0, m));
        tape.kernels().scale(scale, s.data(), 0, s.size(), s.data(), 0);
        return tape.record(s, a.needsGradient() || b.needsGradient(), ds -> {
            tape.kernels().scale(scale, ds.data(), 0, ds.size(), ds.data(), 0); // nobody reads it after this
            if (a.needsGradient()) {
                addProduct(tape, Operand.of(ds.data(), m), rowsOfB, new Size(n, m, hidden), a.gradient());
            }
            if (b.needsGradient()) {
                addProduct(tape, Operand.transposed(ds.data(), m), rowsOfA, new Size(m, n, hidden), b.gradient());
            }
        });
    }

    private static void addProduct(Tape tape, Operand left, Operand right, Size size, Gradient gradient) {
        MatrixProducts.multiply(
                tape.workspace(),
                left,
                right,
                size,
                null,
                gradient.joining(),
                new MatrixView(gradient.tensor().data(), 0, size.columns()));
    }
}
