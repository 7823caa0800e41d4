package io.tesserae.training.optimizer;

import io.tesserae.kernel.Workspace;
import io.tesserae.training.kernel.GradientKernels;
import io.tesserae.training.tape.Parameter;
import java.util.List;
import java.util.SequencedMap;

/** Changes parameters by their gradients, one step at a time. What it remembers between steps belongs to it. */
@SuppressWarnings("exports") // what it computes with is not for others
public sealed interface Optimizer permits AdamW, Sgd {

    /** What computes a step. */
    record Computing(GradientKernels kernels, Workspace workspace) {}

    /**
     * Does a step with every parameter that is trained and has a gradient.
     *
     * @param learningRate of this step
     * @param gradientScale what gradients are multiplied by first: {@link GradientNorm#clipping}
     */
    void step(Computing computing, List<Parameter> parameters, double learningRate, float gradientScale);

    /** How many steps were done. */
    long steps();

    /** What it remembers, by the names of PyTorch's state: {@code exp_avg.}, {@code exp_avg_sq.}, {@code momentum_buffer.} and the parameter's. */
    SequencedMap<String, float[]> state();

    /**
     * Goes on where another has stopped.
     *
     * @param steps how many that one had done
     * @param state what it remembered
     */
    void restore(long steps, SequencedMap<String, float[]> state);
}
