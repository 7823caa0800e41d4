package io.tesserae.training;

import io.tesserae.kernel.Workspace;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.optimizer.AdamW;
import io.tesserae.training.optimizer.GradientNorm;
import io.tesserae.training.optimizer.MovingAverage;
import io.tesserae.training.optimizer.Optimizer;
import io.tesserae.training.optimizer.Sgd;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;
import java.util.Optional;

/**
 * One step: the gradients of its batches, their norm, and the optimiser's change of the weights.
 *
 * <pre>
 * loss  = Σ loss of a batch / batches
 * g     = d loss / d weights,  norm = |g|
 * g     = g · min(1, max_grad_norm / norm)
 * </pre>
 */
final class TrainingStep {

    private final TrainingTask task;
    private final TrainingArguments arguments;
    private final Tape.Setting setting;
    private final RunPlan plan;
    private final List<Parameter> parameters;
    private final Optimizer optimizer;
    private final Optional<MovingAverage> average;

    /** What a step came to. */
    record Result(double loss, double learningRate, double gradNorm) {}

    TrainingStep(TrainingTask task, TrainingArguments arguments, Tape.Setting setting, RunPlan plan) {
        this.task = task;
        this.arguments = arguments;
        this.setting = setting;
        this.plan = plan;
        this.parameters = task.parameters();
        parameters.forEach(parameter -> parameter.takeGradientFrom(setting.memory()));
        this.optimizer = optimizer(arguments);
        this.average = arguments.emaDecay() > 0 ? Optional.of(new MovingAverage(parameters)) : Optional.empty();
    }

    private static Optimizer optimizer(TrainingArguments arguments) {
        return switch (arguments.optim()) {
            case ADAMW ->
                new AdamW(new AdamW.Settings(
                        arguments.adamBeta1(),
                        arguments.adamBeta2(),
                        arguments.adamEpsilon(),
                        arguments.weightDecay()));
            case SGD -> new Sgd(new Sgd.Settings(arguments.adamBeta1(), false, arguments.weightDecay()));
        };
    }

    /**
     * Does a step.
     *
     * @param step how many were done before
     * @param batches the examples of each
     * @throws TrainingException if the loss or the gradient is not a number; the weights are then those before the step
     */
    Result run(long step, long epoch, List<int[]> batches) {
        parameters.forEach(Parameter::clearGradient);
        double sum = 0;
        for (int i = 0; i < batches.size(); i++) {
            float loss = backward(step, epoch, i, batches);
            if (!Float.isFinite(loss)) {
                throw notFinite("the loss is " + loss, step, i, batches.get(i));
            }
            sum += loss;
        }
        double learningRate = arguments.learningRate()
                * arguments.lrSchedulerType().factor(step, plan.warmupSteps(), plan.maxSteps());
        double norm;
        try (Workspace workspace = setting.machine().workspace()) {
            Optimizer.Computing computing = new Optimizer.Computing(setting.kernels(), workspace);
            norm = GradientNorm.of(computing, parameters);
            if (!Double.isFinite(norm)) {
                throw notFinite("the gradient's norm is " + norm, step, 0, batches.getFirst());
            }
            float scale = GradientNorm.clipping(norm, arguments.maxGradNorm());
            optimizer.step(computing, parameters, learningRate, scale);
            average.ifPresent(moving -> moving.update(computing, parameters, arguments.emaDecay()));
            task.afterStep(computing, step + 1, plan.maxSteps());
        }
        parameters.forEach(Parameter::clearGradient);
        setting.memory().endStep();
        return new Result(sum / batches.size(), learningRate, norm);
    }

    private float backward(long step, long epoch, int batch, List<int[]> batches) {
        Tape.Randomness randomness = new Tape.Randomness(arguments.seed(), step, batch);
        try (Tape tape = Tape.recording(setting, randomness)) {
            Variable loss = task.loss(tape, batches.get(batch), epoch);
            float value = loss.value().data()[0];
            if (Float.isFinite(value) && loss.needsGradient()) {
                tape.backward(loss, 1f / batches.size());
            }
            return value;
        }
    }

    private TrainingException notFinite(String what, long step, int batch, int[] examples) {
        return new TrainingException("step " + (step + 1) + ", batch " + (batch + 1) + ": " + what + ", from "
                + task.origin(examples[0]) + (examples.length > 1 ? " and " + (examples.length - 1) + " others" : "")
                + "; the weights are as they were before the step. A lower --learning-rate, a longer warm-up or a lower"
                + " --max-grad-norm may help; the last checkpoint is whole");
    }

    Optimizer optimizer() {
        return optimizer;
    }

    Optional<MovingAverage> average() {
        return average;
    }
}
