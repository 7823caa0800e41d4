package io.tesserae.training;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.log.LogEntry;
import io.tesserae.training.log.TrainingCurves;
import io.tesserae.training.log.TrainingLog;
import io.tesserae.training.saving.ModelFolder;
import io.tesserae.training.saving.RunFolder;
import io.tesserae.training.saving.TrainerState;
import io.tesserae.training.saving.WeightsFile;
import io.tesserae.training.tape.Tape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** What is written down of a run and judged on the way: its log, its evaluations, its checkpoints, and at the end the model. */
final class RunRecord implements AutoCloseable {

    /** The log, beside the model. */
    static final String LOG = "training_log.jsonl";

    /** The picture of the log. */
    static final String CURVES = "training_curves.svg";

    private static final String EVAL = "eval_";

    private final TrainingTask task;
    private final TrainingArguments arguments;
    private final Tape.Setting setting;
    private final TrainingStep step;
    private final TrainingState state;
    private final List<TrainingCallback> callbacks;
    private final Checkpoints checkpoints;
    private final RunFolder folder;
    private TrainingLog log;
    private final MeanLoss meanLoss = new MeanLoss();
    private long lastSaved = -1;
    private Map<String, Double> lastMetrics = Map.of();
    private Optional<TrainerState.Best> best = Optional.empty();
    private Map<String, Double> bestMetrics = Map.of();

    RunRecord(
            TrainingTask task,
            TrainingArguments arguments,
            Tape.Setting setting,
            TrainingStep step,
            TrainingState state,
            List<TrainingCallback> callbacks) {
        this.task = task;
        this.arguments = arguments;
        this.setting = setting;
        this.step = step;
        this.state = state;
        this.callbacks = callbacks;
        this.folder = RunFolder.open(arguments.outputDir());
        this.checkpoints = new Checkpoints(task, arguments, step, state);
    }

    /**
     * Begins the log, or goes on from the last checkpoint.
     *
     * @throws TrainingException if a new run would mix its checkpoints with another's, or the checkpoint is of another run
     */
    void begin(boolean resumes) {
        Path file = arguments.outputDir().resolve(LOG);
        Optional<Path> last = folder.lastCheckpoint();
        if (last.isPresent() && !resumes) {
            throw new TrainingException(arguments.outputDir() + ": expected a folder without checkpoints for a new run,"
                    + " found " + last.get().getFileName()
                    + " of an earlier one. Resume that run, choose another output"
                    + " folder, or delete its checkpoints");
        }
        if (last.isEmpty()) {
            log = TrainingLog.create(file);
            return;
        }
        best = checkpoints.restore(last.get(), meanLoss).best();
        best.ifPresent(found -> state.best(found.metric()));
        lastSaved = state.globalStep();
        log = TrainingLog.resume(file, state.globalStep());
        TrainingLog.read(file).forEach(this::loggedBefore);
    }

    /** What an evaluation came to before the run was ended counts as if it had not been. */
    private void loggedBefore(LogEntry entry) {
        state.logged(entry);
        if (entry.numbers().keySet().stream().anyMatch(name -> name.startsWith(EVAL))) {
            lastMetrics = entry.numbers();
            if (best.isPresent() && best.get().globalStep() == entry.step()) {
                bestMetrics = entry.numbers();
            }
        }
    }

    /** Writes down a step, and evaluates and saves where it is time to. */
    void stepDone(TrainingStep.Result result, boolean epochEnds) {
        meanLoss.add(result.loss());
        callbacks.forEach(callback -> callback.onStepEnd(state));
        boolean last = state.globalStep() == state.maxSteps();
        if (state.globalStep() % arguments.loggingSteps() == 0 || last) {
            SequencedMap<String, Double> numbers = new LinkedHashMap<>();
            numbers.put("loss", meanLoss.takeSinceLog());
            numbers.put("learning_rate", result.learningRate());
            numbers.put("grad_norm", result.gradNorm());
            log(numbers);
        }
        boolean evaluates =
                isTime(arguments.evalStrategy(), arguments.evalSteps(), epochEnds) && task.evalExamples() > 0;
        if (evaluates) {
            evaluate();
        }
        boolean saves = isTime(arguments.saveStrategy(), arguments.saveSteps(), epochEnds)
                || evaluates && arguments.loadBestModelAtEnd();
        if (saves) {
            save();
        }
    }

    private boolean isTime(IntervalStrategy strategy, int steps, boolean epochEnds) {
        return switch (strategy) {
            case NO -> false;
            case STEPS -> state.globalStep() % steps == 0;
            case EPOCH -> epochEnds;
        };
    }

    private void log(SequencedMap<String, Double> numbers) {
        LogEntry entry = new LogEntry(state.globalStep(), state.epoch(), numbers);
        log.append(entry);
        state.logged(entry);
        callbacks.forEach(callback -> callback.onLog(state, entry));
    }

    private void evaluate() {
        SequencedMap<String, Double> metrics = checkpoints.withSavedWeights(
                () -> prefixed(task.evaluate(setting, arguments.perDeviceEvalBatchSize())));
        log(metrics);
        lastMetrics = metrics;
        callbacks.forEach(callback -> callback.onEvaluate(state, metrics));
        String name = EVAL + arguments.metricForBestModel();
        Double value = metrics.get(name);
        if (value == null && arguments.loadBestModelAtEnd()) {
            throw new TrainingException("metric_for_best_model: expected one of those that are evaluated, "
                    + String.join(", ", metrics.keySet()) + ", found " + name);
        }
        if (value != null && !value.isNaN() && isBetter(value)) {
            Path checkpoint = arguments.outputDir().resolve("checkpoint-" + state.globalStep());
            best = Optional.of(
                    new TrainerState.Best(value, Math.toIntExact(state.globalStep()), checkpoint.toString()));
            bestMetrics = metrics;
            state.best(value);
        }
    }

    private boolean isBetter(double value) {
        if (best.isEmpty()) {
            return true;
        }
        double before = best.get().metric();
        return arguments.isGreaterBetter() ? value > before : value < before;
    }

    /** The metrics as transformers names them. */
    static SequencedMap<String, Double> prefixed(Map<String, Double> metrics) {
        SequencedMap<String, Double> prefixed = new LinkedHashMap<>();
        metrics.forEach((name, value) -> prefixed.put(EVAL + name, value));
        return prefixed;
    }

    private void save() {
        if (lastSaved == state.globalStep()) {
            return;
        }
        ModelFolder model = task.checkpoint(checkpoints.weights()).withTrainingArguments(arguments.toJson());
        Path checkpoint = folder.saveCheckpoint(model, checkpoints.runState(best, meanLoss));
        lastSaved = state.globalStep();
        if (arguments.saveTotalLimit() > 0) {
            folder.rotate(arguments.saveTotalLimit(), best.map(TrainerState.Best::checkpoint));
        }
        callbacks.forEach(callback -> callback.onSave(state, checkpoint));
    }

    private ModelFolder model(SequencedMap<String, Tensor> weights) {
        return task.model(weights).withTrainingArguments(arguments.toJson());
    }

    /** Saves the model, and draws the run; of a run that was stopped, a checkpoint too. */
    TrainingResult end() {
        boolean stopped = state.globalStep() < state.maxSteps();
        // Interrupted threads cannot write; who asked is told again at the end.
        boolean interrupted = Thread.interrupted();
        if (stopped && arguments.saveStrategy() != IntervalStrategy.NO) {
            save();
        }
        boolean takesBest = arguments.loadBestModelAtEnd() && best.isPresent();
        SequencedMap<String, Tensor> weights = takesBest ? bestWeights() : checkpoints.savedWeights();
        // Whoever asks the task from now on asks the model that is saved.
        Checkpoints.copy(weights, checkpoints.weights());
        folder.saveModel(model(weights).withPrecision(arguments.dtype()));
        TrainingCurves.write(
                arguments.outputDir().resolve(CURVES), task.description(), List.copyOf(state.logHistory()));
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Map<String, Double> metrics = takesBest && !bestMetrics.isEmpty() ? bestMetrics : lastMetrics;
        return new TrainingResult(state.globalStep(), meanLoss.ofRun(), metrics, stopped);
    }

    private SequencedMap<String, Tensor> bestWeights() {
        Path checkpoint = arguments
                .outputDir()
                .resolve(Path.of(best.orElseThrow().checkpoint()).getFileName());
        return checkpoints.savedWeightsOf(
                checkpoint,
                WeightsFile.readLike(checkpoint.resolve("model.safetensors"), Checkpoints.values(task.parameters())));
    }

    @Override
    public void close() {
        if (log != null) {
            log.close();
        }
    }
}
