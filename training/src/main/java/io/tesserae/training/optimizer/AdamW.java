package io.tesserae.training.optimizer;

import io.tesserae.training.kernel.AdamWStep;
import io.tesserae.training.kernel.ParallelGradientKernels;
import io.tesserae.training.tape.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Adam with decoupled weight decay: Loshchilov and Hutter, arXiv 1711.05101; {@code torch.optim.AdamW}. Parameters that {@link
 * WeightDecay} spares do not decay.
 */
public final class AdamW implements Optimizer {

    /** Its hyperparameters; the defaults of transformers' {@code TrainingArguments} are {@link #DEFAULTS}. */
    public record Settings(double beta1, double beta2, double epsilon, double weightDecay) {

        /** β₁ 0.9, β₂ 0.999, ε 1e-8, no weight decay. */
        public static final Settings DEFAULTS = new Settings(0.9, 0.999, 1e-8, 0);

        /** Checks the ranges. */
        public Settings {
            if (!(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1)) {
                throw new IllegalArgumentException(
                        "expected betas from 0 to below 1, found " + beta1 + " and " + beta2);
            }
            if (!(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY)
                    || !(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("expected an epsilon and a weight decay of 0 or more, found "
                        + epsilon + " and " + weightDecay);
            }
        }
    }

    private static final String FIRST = "exp_avg.";
    private static final String SECOND = "exp_avg_sq.";

    private record Moments(float[] first, float[] second) {}

    private final Settings settings;
    private final Map<String, Moments> moments = new LinkedHashMap<>();
    private long steps;

    /** An optimiser that has done no step. */
    public AdamW(Settings settings) {
        this.settings = settings;
    }

    @Override
    public void step(Computing computing, List<Parameter> parameters, double learningRate, float gradientScale) {
        steps++;
        AdamWStep decaying = numbers(learningRate, gradientScale, settings.weightDecay());
        AdamWStep spared = numbers(learningRate, gradientScale, 0);
        for (Parameter parameter : parameters) {
            if (parameter.isTrained() && !parameter.gradient().isEmpty()) {
                int size = parameter.value().size();
                Moments own =
                        moments.computeIfAbsent(parameter.name(), _ -> new Moments(new float[size], new float[size]));
                ParallelGradientKernels.adamW(
                        computing.kernels(),
                        computing.workspace(),
                        WeightDecay.decays(parameter) ? decaying : spared,
                        parameter.gradient().tensor().data(),
                        size,
                        own.first(),
                        own.second(),
                        parameter.data());
            }
        }
    }

    private AdamWStep numbers(double learningRate, float gradientScale, double weightDecay) {
        double correction1 = 1 - StrictMath.pow(settings.beta1(), steps);
        double correction2 = 1 - StrictMath.pow(settings.beta2(), steps);
        return new AdamWStep(
                gradientScale,
                (float) (1 - learningRate * weightDecay),
                (float) settings.beta1(),
                (float) settings.beta2(),
                (float) (learningRate / correction1),
                (float) Math.sqrt(correction2),
                (float) settings.epsilon());
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public SequencedMap<String, float[]> state() {
        SequencedMap<String, float[]> state = new LinkedHashMap<>();
        moments.forEach((name, own) -> {
            state.put(FIRST + name, own.first());
            state.put(SECOND + name, own.second());
        });
        return state;
    }

    @Override
    public void restore(long steps, SequencedMap<String, float[]> state) {
        this.steps = steps;
        moments.clear();
        state.forEach((name, first) -> {
            if (name.startsWith(FIRST)) {
                String parameter = name.substring(FIRST.length());
                moments.put(
                        parameter,
                        new Moments(first.clone(), state.get(SECOND + parameter).clone()));
            }
        });
    }
}
