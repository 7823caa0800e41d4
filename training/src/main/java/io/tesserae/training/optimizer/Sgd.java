package io.tesserae.training.optimizer;

import io.tesserae.training.kernel.ParallelGradientKernels;
import io.tesserae.training.kernel.SgdStep;
import io.tesserae.training.tape.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Stochastic gradient descent, with momentum where it is not 0: {@code torch.optim.SGD}. */
public final class Sgd implements Optimizer {

    /** Its hyperparameters. */
    public record Settings(double momentum, boolean nesterov, double weightDecay) {

        /** Checks the ranges. */
        public Settings {
            if (!(momentum >= 0 && momentum < 1)) {
                throw new IllegalArgumentException("expected a momentum from 0 to below 1, found " + momentum);
            }
            if (nesterov && momentum == 0) {
                throw new IllegalArgumentException("Nesterov's momentum needs a momentum above 0");
            }
            if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("expected a weight decay of 0 or more, found " + weightDecay);
            }
        }
    }

    private static final String BUFFER = "momentum_buffer.";

    private final Settings settings;
    private final SequencedMap<String, float[]> buffers = new LinkedHashMap<>();
    private long steps;

    /** An optimiser that has done no step. */
    public Sgd(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void step(Computing computing, List<Parameter> parameters, double learningRate, float gradientScale) {
        steps++;
        for (Parameter parameter : parameters) {
            if (parameter.isTrained() && !parameter.gradient().isEmpty()) {
                step(computing, parameter, learningRate, gradientScale);
            }
        }
    }

    private void step(Computing computing, Parameter parameter, double learningRate, float gradientScale) {
        int size = parameter.value().size();
        boolean first = !buffers.containsKey(parameter.name());
        float[] buffer =
                settings.momentum() == 0 ? null : buffers.computeIfAbsent(parameter.name(), _ -> new float[size]);
        SgdStep numbers = new SgdStep(
                gradientScale,
                WeightDecay.decays(parameter) ? (float) settings.weightDecay() : 0f,
                (float) settings.momentum(),
                settings.nesterov(),
                first,
                (float) learningRate);
        ParallelGradientKernels.sgd(
                computing.kernels(),
                computing.workspace(),
                numbers,
                parameter.gradient().tensor().data(),
                size,
                buffer,
                parameter.data());
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public SequencedMap<String, float[]> state() {
        SequencedMap<String, float[]> state = new LinkedHashMap<>();
        buffers.forEach((name, buffer) -> state.put(BUFFER + name, buffer));
        return state;
    }

    @Override
    public void restore(long steps, SequencedMap<String, float[]> state) {
        this.steps = steps;
        buffers.clear();
        state.forEach((name, buffer) -> {
            if (name.startsWith(BUFFER)) {
                buffers.put(name.substring(BUFFER.length()), buffer.clone());
            }
        });
    }
}
