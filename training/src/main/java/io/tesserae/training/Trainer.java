package io.tesserae.training;

import io.tesserae.arguments.Arguments;
import io.tesserae.engine.Engine;
import io.tesserae.training.data.EpochOrder;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.tape.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Trains a model: transformers' {@code Trainer}.
 *
 * <pre>{@code
 * TrainingArguments arguments = TrainingArguments.of(Path.of("out")).withNumTrainEpochs(2);
 * try (TrainingTask task = TextClassificationTask.open(checkpoint, Path.of("train.tsv"), Path.of("dev.tsv"), options)) {
 *     TrainingResult result = new Trainer(task, arguments).train();
 * }
 * }</pre>
 *
 * <p>The same checkpoint, data, arguments and seed give the same weights, bit for bit, whatever machine and however many threads: see
 * {@code docs/training.md}. A trainer is for one run, on the thread that calls it.
 */
public final class Trainer {

    private final TrainingTask task;
    private final TrainingArguments arguments;
    private final Engine engine;
    private final List<TrainingCallback> callbacks = new ArrayList<>();

    /** A trainer that computes with the process's {@linkplain Engine#shared() shared engine}. */
    public Trainer(TrainingTask task, TrainingArguments arguments) {
        this(task, arguments, Engine.shared());
    }

    /** A trainer. */
    public Trainer(TrainingTask task, TrainingArguments arguments, Engine engine) {
        this.task = Arguments.require(task, "task");
        this.arguments = Arguments.require(arguments, "arguments");
        this.engine = Arguments.require(engine, "engine");
    }

    /** Adds somebody who is told how the run goes on; those who came first are told first. */
    public Trainer with(TrainingCallback callback) {
        callbacks.add(Arguments.require(callback, "callback"));
        return this;
    }

    /**
     * Trains from the beginning, and saves the model in the {@linkplain TrainingArguments#outputDir() output folder}.
     *
     * @throws TrainingException if there is nothing to train with, the loss is no longer a number, or saving fails
     */
    public TrainingResult train() {
        return train(false);
    }

    /**
     * Goes on from the last checkpoint of the output folder, to the bits that the run would have had without the interruption; or begins,
     * if there is none.
     *
     * @throws TrainingException as {@link #train}, and if the checkpoint is of a run with other arguments
     */
    public TrainingResult resume() {
        return train(true);
    }

    private TrainingResult train(boolean resumes) {
        if (task.trainExamples() == 0) {
            throw new TrainingException("there is no example to train with");
        }
        RunPlan plan = RunPlan.of(arguments, task.trainExamples());
        Tape.Keeping keeping = arguments.gradientCheckpointing() ? Tape.Keeping.BLOCK_INPUTS : Tape.Keeping.ALL;
        Tape.Setting setting = Tape.Setting.of(engine.machine(), keeping);
        TrainingState state = new TrainingState(plan.maxSteps(), plan.stepsPerEpoch());
        TrainingStep step = new TrainingStep(task, arguments, setting, plan);
        try (RunRecord run = new RunRecord(task, arguments, setting, step, state, callbacks)) {
            run.begin(resumes);
            callbacks.forEach(callback -> callback.onTrainBegin(state));
            runEpochs(plan, step, state, run);
            TrainingResult result = run.end();
            callbacks.forEach(callback -> callback.onTrainEnd(state));
            return result;
        }
    }

    private void runEpochs(RunPlan plan, TrainingStep step, TrainingState state, RunRecord run) {
        EpochOrder order = new EpochOrder(task.trainExamples(), arguments.shuffle(), arguments.seed());
        while (state.globalStep() < plan.maxSteps() && !state.stops()) {
            long epoch = state.globalStep() / plan.stepsPerEpoch();
            List<int[]> batches = order.batches(epoch, arguments.perDeviceTrainBatchSize());
            if (state.globalStep() % plan.stepsPerEpoch() == 0) {
                callbacks.forEach(callback -> callback.onEpochBegin(state));
            }
            long end = Math.min(plan.maxSteps(), (epoch + 1) * plan.stepsPerEpoch());
            while (state.globalStep() < end
                    && !state.stops()
                    && !Thread.currentThread().isInterrupted()) {
                int first = (int) (state.globalStep() % plan.stepsPerEpoch()) * arguments.gradientAccumulationSteps();
                int last = Math.min(batches.size(), first + arguments.gradientAccumulationSteps());
                TrainingStep.Result result = step.run(state.globalStep(), epoch, batches.subList(first, last));
                state.stepDone(result.loss());
                run.stepDone(result, state.globalStep() == end);
            }
            if (Thread.currentThread().isInterrupted()) {
                state.stop();
            }
            if (state.globalStep() == (epoch + 1) * plan.stepsPerEpoch()) {
                callbacks.forEach(callback -> callback.onEpochEnd(state));
            }
        }
    }

    /**
     * How good the model is now.
     *
     * @return {@code eval_loss} and the task's metrics, by name
     * @throws TrainingException if there is nothing to evaluate with
     */
    public Map<String, Double> evaluate() {
        if (task.evalExamples() == 0) {
            throw new TrainingException("there is no example to evaluate with");
        }
        Tape.Setting setting = Tape.Setting.of(engine.machine(), Tape.Keeping.ALL);
        return RunRecord.prefixed(task.evaluate(setting, arguments.perDeviceEvalBatchSize()));
    }
}
