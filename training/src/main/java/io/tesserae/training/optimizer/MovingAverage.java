package io.tesserae.training.optimizer;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.kernel.ParallelGradientKernels;
import io.tesserae.training.tape.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The exponential moving average of parameters: after every step {@code average = average + (1 − decay) · (value − average)}. It begins
 * with the values themselves.
 */
public final class MovingAverage {

    private final SequencedMap<String, Tensor> averages = new LinkedHashMap<>();

    /** Begins with the parameters as they are. */
    public MovingAverage(List<Parameter> parameters) {
        for (Parameter parameter : parameters) {
            averages.put(parameter.name(), parameter.value().copy());
        }
    }

    /** Takes the parameters as they are after a step. */
    public void update(Optimizer.Computing computing, List<Parameter> parameters, double decay) {
        for (Parameter parameter : parameters) {
            ParallelGradientKernels.average(
                    computing.kernels(),
                    computing.workspace(),
                    parameter.data(),
                    parameter.value().size(),
                    (float) decay,
                    averages.get(parameter.name()).data());
        }
    }

    /** The averages by the parameters' names. */
    public SequencedMap<String, Tensor> averages() {
        return averages;
    }
}
