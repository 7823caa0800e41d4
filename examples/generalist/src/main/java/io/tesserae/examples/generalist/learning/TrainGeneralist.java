package io.tesserae.examples.generalist.learning;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.agent.AgentPipeline;
import io.tesserae.tensor.Precision;
import io.tesserae.training.IntervalStrategy;
import io.tesserae.training.Trainer;
import io.tesserae.training.TrainingArguments;
import io.tesserae.training.TrainingCallback;
import io.tesserae.training.TrainingState;
import io.tesserae.training.data.episode.TrainingSource;
import io.tesserae.training.log.LogEntry;
import io.tesserae.training.optimizer.LearningRateSchedule;
import io.tesserae.training.task.GeneralistTask;
import io.tesserae.training.task.NetworkOptions;
import io.tesserae.training.task.NetworkSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Trains the bundled generalist: one network for cart-pole, pendulum, the grid world, captions and questions. */
public final class TrainGeneralist {

    private static final String FROM = "from=";

    private static final String STAGE = "stage=";

    /**
     * A part of the training.
     *
     * @param seed of the order of examples
     * @param learningRate the highest
     * @param firstSeed of the examples
     * @param scenes how many pictures with captions
     * @param correctsItself whether half of the grid world's episodes are the model's own, with what the expert would have done
     * @param shares environments and kinds of texts, and how many of a hundred examples are of each
     */
    private record Stage(
            long seed,
            double learningRate,
            long firstSeed,
            int scenes,
            boolean correctsItself,
            Map<String, Integer> shares) {}

    /** Each but the first goes on from the one before; what is hardest comes more often. */
    private static final List<Stage> STAGES = List.of(
            new Stage(27, 1e-3, 0, 80_000, false, shares(4, 8, 44, 26, 18)),
            new Stage(28, 1e-3, 0, 80_000, false, shares(4, 6, 62, 17, 11)),
            new Stage(29, 1e-3, 100_000, 160_000, true, shares(3, 4, 45, 33, 15)),
            new Stage(30, 5e-4, 300_000, 160_000, true, shares(3, 4, 48, 32, 13)),
            new Stage(31, 7e-4, 500_000, 160_000, true, shares(3, 3, 30, 52, 12)));

    private static Map<String, Integer> shares(int cartPole, int pendulum, int gridWorld, int captions, int questions) {
        Map<String, Integer> shares = new LinkedHashMap<>();
        shares.put("cart-pole", cartPole);
        shares.put("pendulum", pendulum);
        shares.put("grid-world", gridWorld);
        shares.put("captions", captions);
        shares.put("questions", questions);
        return shares;
    }

    private TrainGeneralist() {}

    /**
     * Arguments: the folder to write; how many steps; then, if it is to go on from a model, {@code stage=2} to {@code stage=5}, and
     * {@code from=} and that model's folder; and the names of what is to be learned, if not all.
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int steps = Integer.parseInt(arguments[1]);
        List<String> more = List.of(arguments).subList(2, arguments.length);
        Optional<Path> from = valueOf(FROM, more).map(Path::of);
        Stage stage = STAGES.get(valueOf(STAGE, more).map(Integer::parseInt).orElse(1) - 1);
        List<String> given =
                more.stream().filter(argument -> !argument.contains("=")).toList();
        List<String> names = given.isEmpty() ? List.copyOf(stage.shares.keySet()) : given;
        Path beginning = folder.resolveSibling(folder.getFileName() + "-beginning");
        new Beginning(256, 3, 8).write(beginning);
        Lessons lessons = new Lessons(beginning);
        List<TrainingSource> train = new ArrayList<>();
        List<TrainingSource> eval = new ArrayList<>();
        for (String name : names) {
            train.add(
                    stage.correctsItself && name.equals("grid-world")
                            ? corrected(lessons, name, stage, from.orElseThrow())
                            : source(lessons, name, stage, stage.firstSeed, 1));
            eval.add(source(lessons, name, stage, Lessons.FIRST_UNSEEN_SEED, 100));
        }
        TrainingArguments how = TrainingArguments.of(folder)
                .withSeed(stage.seed)
                .withMaxSteps(steps)
                .withPerDeviceTrainBatchSize(64)
                .withPerDeviceEvalBatchSize(64)
                .withLearningRate(stage.learningRate)
                .withLrSchedulerType(LearningRateSchedule.COSINE)
                .withWarmupSteps(100)
                .withWeightDecay(0.01)
                .withMaxGradNorm(1)
                .withLoggingSteps(100)
                .withEvalStrategy(IntervalStrategy.STEPS)
                .withEvalSteps(1000)
                .withSaveStrategy(IntervalStrategy.STEPS)
                .withSaveSteps(500)
                .withSaveTotalLimit(1)
                .withDtype(Precision.FLOAT16);
        NetworkSource source = from.map(NetworkSource::pretrained)
                .orElseGet(() -> new NetworkSource(
                        ModelFiles.directory(beginning), Optional.of(beginning.resolve("config.json"))));
        try (GeneralistTask task = GeneralistTask.open(
                source,
                new NetworkOptions(stage.seed, OptionalDouble.empty(), List.of()),
                train,
                eval,
                new GeneralistTask.Options(Beginning.CONTEXT_STEPS, 32_000))) {
            System.out.println(task.description());
            new Trainer(task, how).with(new Printing()).train();
        }
    }

    private static Optional<String> valueOf(String name, List<String> arguments) {
        return arguments.stream()
                .filter(argument -> argument.startsWith(name))
                .map(argument -> argument.substring(name.length()))
                .findFirst();
    }

    private static TrainingSource corrected(Lessons lessons, String name, Stage stage, Path model) {
        try (AgentPipeline pipeline = Pipelines.agent(model)) {
            return lessons.corrected(pipeline, name, stage.shares.get(name), 1, stage.firstSeed, 60_000, 0.1);
        }
    }

    /**
     * The examples of one name.
     *
     * @param fewer by how much there are fewer of them than to learn from
     */
    private static TrainingSource source(Lessons lessons, String name, Stage stage, long seed, int fewer) {
        int share = stage.shares.getOrDefault(name, 0);
        return switch (name) {
            case "cart-pole" -> lessons.environment(name, share, 2, seed, Math.max(4, 300 / fewer), 0.15);
            case "pendulum" -> lessons.environment(name, share, 4, seed, Math.max(4, 1000 / fewer), 0.15);
            case "grid-world" -> lessons.environment(name, share, 1, seed, 60_000 / fewer, 0.1);
            case "captions" -> lessons.captions(share, 1, seed, stage.scenes / fewer);
            case "questions" -> lessons.questions(share, 1, seed, stage.scenes * 3 / 4 / fewer);
            default ->
                throw new IllegalArgumentException(
                        "expected one of " + String.join(", ", stage.shares.keySet()) + ", found " + name);
        };
    }

    /** A line for everything that is logged. */
    private static final class Printing implements TrainingCallback {

        private final long start = System.nanoTime();

        @Override
        public void onLog(TrainingState state, LogEntry entry) {
            System.out.printf("%5.0f s  step %d  %s%n", (System.nanoTime() - start) / 1e9, state.globalStep(), entry);
        }

        @Override
        public void onEvaluate(TrainingState state, Map<String, Double> metrics) {
            System.out.println("  " + metrics);
        }
    }
}
