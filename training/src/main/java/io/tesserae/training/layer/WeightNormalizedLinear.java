package io.tesserae.training.layer;

import io.tesserae.kernel.Epilogue;
import io.tesserae.kernel.Frame;
import io.tesserae.kernel.MatrixProducts;
import io.tesserae.kernel.MatrixProducts.Operand;
import io.tesserae.kernel.MatrixProducts.Size;
import io.tesserae.kernel.MatrixView;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Gradient;
import io.tesserae.training.tape.Initialization;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * A layer whose rows of weights have a length apart from their direction: {@code torch.nn.utils.weight_norm} of a {@code Linear} without
 * bias; Salimans and Kingma, arXiv 1602.07868.
 *
 * <pre>
 * n  = v / |v|                       [out, in], row by row
 * y  = x (g · n)ᵀ                    [rows, out]
 * dx = dy (g · n)                    [rows, in]
 * dW = dyᵀ x                         [out, in]
 * dg = Σ dW · n                      [out, 1], over the row
 * dv = (g · dW − g · n · dg) / |v|   [out, in]
 * </pre>
 *
 * @param magnitude g, {@code [out, 1]}
 * @param direction v, {@code [out, in]}
 */
public record WeightNormalizedLinear(Parameter magnitude, Parameter direction) {

    /** The layer below a name, with {@code weight_g} and {@code weight_v}. */
    public static WeightNormalizedLinear of(Parameters parameters, int outFeatures, int inFeatures) {
        return new WeightNormalizedLinear(
                parameters.require("weight_g", Initialization.ONES, outFeatures, 1),
                parameters.require("weight_v", Initialization.NORMAL, outFeatures, inFeatures));
    }

    /**
     * Computes {@code x (g · v / |v|)ᵀ}.
     *
     * @param x {@code [rows, in]}
     * @return {@code [rows, out]}
     */
    public Variable forward(Tape tape, Variable x) {
        int out = direction.value().dimension(0);
        int in = direction.value().dimension(1);
        if (x.columns() != in) {
            throw new IllegalArgumentException(direction + " from " + x.value());
        }
        float[] weight = tape.take(out, in).data();
        tape.overRows(out, in, (from, to) -> {
            for (int row = from; row < to; row++) {
                double factor = magnitude.data()[row] / length(row, in);
                for (int i = row * in; i < (row + 1) * in; i++) {
                    weight[i] = (float) (factor * direction.data()[i]);
                }
            }
        });
        Tensor y = tape.take(x.rows(), out);
        multiply(
                tape,
                Operand.of(x.value().data(), in),
                Operand.transposed(weight, in),
                new Size(x.rows(), in, out),
                Epilogue.NONE,
                y.data());
        boolean trained = magnitude.isTrained() || direction.isTrained();
        return tape.record(y, trained || x.needsGradient(), dy -> backward(tape, x, dy, weight), weight);
    }

    private double length(int row, int in) {
        double squares = 0;
        for (int i = row * in; i < (row + 1) * in; i++) {
            squares += (double) direction.data()[i] * direction.data()[i];
        }
        return Math.sqrt(squares);
    }

    private void backward(Tape tape, Variable x, Tensor dy, float[] weight) {
        int out = direction.value().dimension(0);
        int in = direction.value().dimension(1);
        if (x.needsGradient()) {
            Gradient dx = x.gradient();
            multiply(
                    tape,
                    Operand.of(dy.data(), out),
                    Operand.of(weight, in),
                    new Size(x.rows(), out, in),
                    dx.joining(),
                    dx.tensor().data());
        }
        if (!magnitude.isTrained() && !direction.isTrained()) {
            return;
        }
        float[] dg = magnitude.isTrained() ? magnitude.gradient().toAddTo().data() : null;
        float[] dv = direction.isTrained() ? direction.gradient().toAddTo().data() : null;
        try (Frame frame = tape.workspace().frame()) {
            float[] dW = frame.floats(out * in);
            multiply(
                    tape,
                    Operand.transposed(dy.data(), out),
                    Operand.of(x.value().data(), in),
                    new Size(out, x.rows(), in),
                    Epilogue.NONE,
                    dW);
            tape.overRows(out, in, (from, to) -> {
                for (int row = from; row < to; row++) {
                    addRow(row, in, dW, dg, dv);
                }
            });
        }
    }

    private void addRow(int row, int in, float[] dW, float[] dg, float[] dv) {
        double length = length(row, in);
        double along = 0; // Σ dW · n
        for (int i = row * in; i < (row + 1) * in; i++) {
            along += dW[i] * (direction.data()[i] / length);
        }
        if (dg != null) {
            dg[row] += (float) along;
        }
        double factor = magnitude.data()[row] / length;
        for (int i = row * in; dv != null && i < (row + 1) * in; i++) {
            dv[i] += (float) (factor * (dW[i] - along * (direction.data()[i] / length)));
        }
    }

    private static void multiply(Tape tape, Operand left, Operand right, Size size, Epilogue epilogue, float[] result) {
        MatrixProducts.multiply(
                tape.workspace(), left, right, size, null, epilogue, new MatrixView(result, 0, size.columns()));
    }
}
