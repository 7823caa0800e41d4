package io.tesserae.training.optimizer;

import io.tesserae.training.kernel.ParallelGradientKernels;
import io.tesserae.training.tape.Parameter;
import java.util.List;

/** The length of the gradient as one vector, and what brings it below a limit: {@code torch.nn.utils.clip_grad_norm_}. */
public final class GradientNorm {

    private static final double AGAINST_ZERO = 1e-6; // PyTorch's

    private GradientNorm() {}

    /** The root of the sum of all squares, over all parameters that are trained and have a gradient, in their order. */
    public static double of(Optimizer.Computing computing, List<Parameter> parameters) {
        double sum = 0;
        for (Parameter parameter : parameters) {
            if (parameter.isTrained() && !parameter.gradient().isEmpty()) {
                sum += ParallelGradientKernels.sumOfSquares(
                        computing.kernels(),
                        computing.workspace(),
                        parameter.gradient().tensor().data(),
                        parameter.value().size());
            }
        }
        return Math.sqrt(sum);
    }

    /**
     * What gradients are multiplied by so that their norm is no more than a limit.
     *
     * @param most the limit: {@code max_grad_norm}; 0 for none
     */
    public static float clipping(double norm, double most) {
        return most <= 0 ? 1f : (float) Math.min(1, most / (norm + AGAINST_ZERO));
    }
}
