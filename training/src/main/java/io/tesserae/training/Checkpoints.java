package io.tesserae.training;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.saving.OptimizerState;
import io.tesserae.training.saving.RunPosition;
import io.tesserae.training.saving.RunState;
import io.tesserae.training.saving.TrainerState;
import io.tesserae.training.saving.WeightsFile;
import io.tesserae.training.tape.Parameter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What of a run a checkpoint holds, and how a run goes on from one. */
final class Checkpoints {

    private static final String OPTIMIZER_STEPS = "optimizer_steps";
    private static final String TRAIN_EXAMPLES = "train_examples";
    private static final String AVERAGE = "ema.";

    private final TrainingTask task;
    private final TrainingArguments arguments;
    private final TrainingStep step;
    private final TrainingState state;

    Checkpoints(TrainingTask task, TrainingArguments arguments, TrainingStep step, TrainingState state) {
        this.task = task;
        this.arguments = arguments;
        this.step = step;
        this.state = state;
    }

    static SequencedMap<String, Tensor> values(List<Parameter> parameters) {
        SequencedMap<String, Tensor> values = new LinkedHashMap<>();
        parameters.forEach(parameter -> values.put(parameter.name(), parameter.value()));
        return values;
    }

    /** The weights that are trained. */
    SequencedMap<String, Tensor> weights() {
        return values(task.parameters());
    }

    /** The weights that are evaluated and saved at the end: their moving average, where there is one. */
    SequencedMap<String, Tensor> savedWeights() {
        return step.average().map(average -> average.averages()).orElseGet(this::weights);
    }

    /** The same of a checkpoint. */
    SequencedMap<String, Tensor> savedWeightsOf(Path checkpoint, SequencedMap<String, Tensor> trained) {
        if (step.average().isEmpty()) {
            return trained;
        }
        RunState saved = RunState.read(checkpoint, stateShapes());
        SequencedMap<String, Tensor> averages = new LinkedHashMap<>();
        trained.keySet()
                .forEach(name -> averages.put(name, saved.optimizer().tensors().get(AVERAGE + name)));
        return averages;
    }

    /** Runs something with the weights that are saved in place of those that are trained. */
    <R> R withSavedWeights(Supplier<R> work) {
        if (step.average().isEmpty()) {
            return work.get();
        }
        SequencedMap<String, Tensor> trained = new LinkedHashMap<>();
        weights().forEach((name, value) -> trained.put(name, value.copy()));
        copy(savedWeights(), weights());
        try {
            return work.get();
        } finally {
            copy(trained, weights());
        }
    }

    static void copy(SequencedMap<String, Tensor> from, SequencedMap<String, Tensor> to) {
        to.forEach((name, tensor) -> System.arraycopy(from.get(name).data(), 0, tensor.data(), 0, tensor.size()));
    }

    /** Shapes of all that may have a moment: parameters, and what the task keeps. */
    private SequencedMap<String, Tensor> stateShapes() {
        SequencedMap<String, Tensor> shapes = weights();
        shapes.putAll(task.state());
        return shapes;
    }

    /** All that a checkpoint holds beside the model. */
    RunState runState(Optional<TrainerState.Best> best, MeanLoss meanLoss) {
        long stepsPerEpoch = RunPlan.of(arguments, task.trainExamples()).stepsPerEpoch();
        List<SequencedMap<String, Number>> history = state.logHistory().stream()
                .<SequencedMap<String, Number>>map(entry -> {
                    SequencedMap<String, Number> line = new LinkedHashMap<>();
                    line.put("step", entry.step());
                    line.put("epoch", entry.epoch());
                    line.putAll(entry.numbers());
                    return line;
                })
                .toList();
        TrainerState trainer = new TrainerState(
                new TrainerState.Progress(Math.toIntExact(state.globalStep()), state.epoch(), 0),
                new TrainerState.Plan(
                        Math.toIntExact(state.maxSteps()),
                        Math.toIntExact(Math.ceilDiv(state.maxSteps(), stepsPerEpoch)),
                        arguments.loggingSteps(),
                        arguments.evalSteps(),
                        arguments.saveSteps(),
                        arguments.perDeviceTrainBatchSize()),
                best,
                history);
        TreeMap<String, Long> counters = new TreeMap<>();
        counters.put(OPTIMIZER_STEPS, step.optimizer().steps());
        counters.put(TRAIN_EXAMPLES, (long) task.trainExamples());
        TreeMap<String, Double> sums = new TreeMap<>();
        meanLoss.writeTo(counters, sums);
        RunPosition position = new RunPosition(
                arguments.seed(),
                Math.toIntExact(state.globalStep() / stepsPerEpoch),
                Math.toIntExact(state.globalStep() % stepsPerEpoch * arguments.gradientAccumulationSteps()),
                counters,
                sums,
                arguments.mathematics());
        return new RunState(trainer, position, new OptimizerState(moments()));
    }

    /** The optimiser's moments and the moving averages, by PyTorch's names, in the shapes of their parameters. */
    private SequencedMap<String, Tensor> moments() {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        SequencedMap<String, Tensor> weights = weights();
        step.optimizer().state().forEach((name, values) -> {
            String parameter = name.substring(name.indexOf('.') + 1);
            tensors.put(name, Tensor.of(values, weights.get(parameter).shape()));
        });
        step.average()
                .ifPresent(
                        average -> average.averages().forEach((name, values) -> tensors.put(AVERAGE + name, values)));
        task.state().forEach((name, values) -> tensors.put(AVERAGE + name, values));
        return tensors;
    }

    /**
     * Goes on from a checkpoint.
     *
     * @throws TrainingException if it is of a run with other arguments or other data; the weights are then as they were
     */
    TrainerState restore(Path checkpoint, MeanLoss meanLoss) {
        RunState saved = RunState.read(checkpoint, stateShapes());
        saved.position().requireSameArguments(arguments.mathematics(), checkpoint.toString());
        requireSameExamples(saved.position(), checkpoint);
        SequencedMap<String, Tensor> weights = weights();
        copy(WeightsFile.readLike(checkpoint.resolve("model.safetensors"), weights), weights);
        meanLoss.readFrom(saved.position(), saved.trainer().progress().globalStep());
        SequencedMap<String, float[]> moments = new LinkedHashMap<>();
        saved.optimizer().tensors().forEach((name, tensor) -> moments.put(name, tensor.toArray()));
        step.optimizer().restore(saved.position().counters().getOrDefault(OPTIMIZER_STEPS, 0L), moments);
        step.average().ifPresent(average -> restoreAverages(saved, average.averages()));
        restoreAverages(saved, task.state());
        state.resumeAt(saved.trainer().progress().globalStep());
        return saved.trainer();
    }

    private void requireSameExamples(RunPosition position, Path checkpoint) {
        long before = position.counters().getOrDefault(TRAIN_EXAMPLES, 0L);
        if (before != task.trainExamples()) {
            throw new TrainingException(checkpoint + ": the run was begun with " + before + " examples, and is to go on"
                    + " with " + task.trainExamples() + ". Resume with the same data, or begin a new run in another"
                    + " output folder");
        }
    }

    private static void restoreAverages(RunState saved, SequencedMap<String, Tensor> averages) {
        averages.forEach((name, tensor) -> {
            Tensor found = saved.optimizer().tensors().get(AVERAGE + name);
            if (found == null) {
                throw new TrainingException(OptimizerState.FILE + ": expected the tensor \"" + AVERAGE + name
                        + "\", found none; begin a new run in another output folder");
            }
            System.arraycopy(found.data(), 0, tensor.data(), 0, tensor.size());
        });
    }
}
