package io.tesserae.training.layer;

import io.tesserae.kernel.Epilogue;
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
import java.util.Optional;

/**
 * A fully connected layer: {@code torch.nn.Linear}.
 *
 * <pre>
 * y  = x Wᵀ + b        [rows, out]
 * dx = dy W            [rows, in]
 * dW = dyᵀ x           [out, in]
 * db = Σ dy            [out], over the rows
 * </pre>
 *
 * @param weight {@code [out, in]}; of more than two dimensions where it is a convolution's
 * @param bias {@code [out]}; empty where there is none
 */
public record Linear(Parameter weight, Optional<Parameter> bias) {

    /** The layer below a name, with {@code weight} and {@code bias}. */
    public static Linear of(Parameters parameters, int outFeatures, int inFeatures) {
        return new Linear(
                parameters.require("weight", Initialization.NORMAL, outFeatures, inFeatures),
                Optional.of(parameters.require("bias", Initialization.ZEROS, outFeatures)));
    }

    /** The layer below a name, with {@code weight} alone. */
    public static Linear withoutBias(Parameters parameters, int outFeatures, int inFeatures) {
        return new Linear(
                parameters.require("weight", Initialization.NORMAL, outFeatures, inFeatures), Optional.empty());
    }

    /** Width of the result. */
    public int outFeatures() {
        return weight.value().dimension(0);
    }

    /** Width of what it reads. */
    public int inFeatures() {
        return weight.value().size() / outFeatures();
    }

    /**
     * Computes {@code x Wᵀ + b}.
     *
     * @param x {@code [rows, in]}
     * @return {@code [rows, out]}
     */
    public Variable forward(Tape tape, Variable x) {
        int in = inFeatures();
        int out = outFeatures();
        if (x.columns() != in) {
            throw new IllegalArgumentException(weight + " from " + x.value());
        }
        Tensor y = tape.take(x.rows(), out);
        MatrixProducts.multiply(
                tape.workspace(),
                Operand.of(x.value().data(), in),
                Operand.transposed(weight.data(), in),
                new Size(x.rows(), in, out),
                bias.map(Parameter::data).orElse(null),
                Epilogue.NONE,
                new MatrixView(y.data(), 0, out));
        boolean trained =
                weight.isTrained() || bias.filter(Parameter::isTrained).isPresent();
        return tape.record(y, trained || x.needsGradient(), gradient -> backward(tape, x, gradient));
    }

    private void backward(Tape tape, Variable x, Tensor dy) {
        if (x.needsGradient()) {
            addToInput(tape, dy, x);
        }
        if (weight.isTrained()) {
            addToWeight(tape, dy, x.value());
        }
        bias.filter(Parameter::isTrained).ifPresent(trained -> addToBias(tape, dy, trained));
    }

    private void addToInput(Tape tape, Tensor dy, Variable x) {
        int in = inFeatures();
        int out = outFeatures();
        Gradient dx = x.gradient();
        MatrixProducts.multiply(
                tape.workspace(),
                Operand.of(dy.data(), out),
                Operand.of(weight.data(), in),
                new Size(x.rows(), out, in),
                null,
                dx.joining(),
                new MatrixView(dx.tensor().data(), 0, in));
    }

    private void addToWeight(Tape tape, Tensor dy, Tensor x) {
        int in = inFeatures();
        int out = outFeatures();
        Gradient dW = weight.gradient();
        MatrixProducts.multiply(
                tape.workspace(),
                Operand.transposed(dy.data(), out),
                Operand.of(x.data(), in),
                new Size(out, x.dimension(0), in),
                null,
                dW.joining(),
                new MatrixView(dW.tensor().data(), 0, in));
    }

    private void addToBias(Tape tape, Tensor dy, Parameter trained) {
        int out = outFeatures();
        int rows = dy.dimension(0);
        float[] db = trained.gradient().toAddTo().data();
        tape.overColumns(out, rows, (from, to) -> tape.kernels().addColumnSums(dy.data(), rows, out, from, to, db));
    }
}
