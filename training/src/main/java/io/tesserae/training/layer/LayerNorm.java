package io.tesserae.training.layer;

import io.tesserae.kernel.Frame;
import io.tesserae.kernel.ParallelKernels;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Gradient;
import io.tesserae.training.tape.Initialization;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Parameters;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * Layer normalisation over the innermost dimension: {@code torch.nn.LayerNorm}; Ba, Kiros and Hinton, arXiv 1607.06450.
 *
 * <pre>
 * n  = (x − mean) / √(variance + ε)           [rows, features]
 * y  = n · weight + bias
 * dx = (g − mean(g) − n · mean(g · n)) / √(variance + ε)      g = dy · weight
 * dweight = Σ dy · n,  dbias = Σ dy           over the rows
 * </pre>
 */
public record LayerNorm(Parameter weight, Parameter bias, float epsilon) {

    /** The layer below a name, with {@code weight} and {@code bias}. */
    public static LayerNorm of(Parameters parameters, int features, float epsilon) {
        return new LayerNorm(
                parameters.require("weight", Initialization.ONES, features).ofNorm(),
                parameters.require("bias", Initialization.ZEROS, features).ofNorm(),
                epsilon);
    }

    /**
     * Normalises rows.
     *
     * @param x {@code [rows, features]}
     * @return {@code [rows, features]}
     */
    public Variable forward(Tape tape, Variable x) {
        Tensor y = tape.take(x.rows(), x.columns());
        ParallelKernels.layerNorm(tape.workspace(), x.value(), weight.data(), bias.data(), epsilon, y);
        boolean trained = weight.isTrained() || bias.isTrained();
        return tape.record(y, trained || x.needsGradient(), dy -> backward(tape, x, dy));
    }

    private void backward(Tape tape, Variable x, Tensor dy) {
        int rows = x.rows();
        int columns = x.columns();
        float[] values = x.value().data();
        try (Frame frame = tape.workspace().frame()) {
            float[] means = frame.floats(rows);
            float[] scales = frame.floats(rows);
            boolean wanted = x.needsGradient();
            boolean adds = wanted && !x.gradient().isEmpty();
            Gradient gradient = wanted ? x.gradient() : null;
            float[] dx = wanted ? gradient.tensor().data() : frame.floats(rows * columns);
            if (wanted) {
                gradient.joining();
            }
            tape.overRows(
                    rows,
                    columns,
                    (from, to) -> tape.kernels()
                            .layerNorm(
                                    values,
                                    dy.data(),
                                    from,
                                    to,
                                    columns,
                                    weight.data(),
                                    epsilon,
                                    means,
                                    scales,
                                    adds,
                                    dx));
            if (weight.isTrained() || bias.isTrained()) {
                float[] dWeight = weight.gradient().toAddTo().data();
                float[] dBias = bias.gradient().toAddTo().data();
                tape.overColumns(
                        columns,
                        rows,
                        (from, to) -> tape.kernels()
                                .layerNormParameters(
                                        values, dy.data(), rows, columns, from, to, means, scales, dWeight, dBias));
            }
        }
    }
}
