package io.tesserae.examples.generalist.learning;

import io.tesserae.loaders.files.ModelFiles;
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

    private static final long SEED = 27;

    private static final String FROM = "from=";

    /** Environments and kinds of texts, and how many of a hundred examples are of each. */
    private static final Map<String, Integer> SHARES = shares(4, 8, 44, 26, 18);

    /** Of a model that goes on: what is hardest, more often. */
    private static final Map<String, Integer> FURTHER_SHARES = shares(4, 6, 62, 17, 11);

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
     * Arguments: the folder to write; how many steps; then, if it is to go on from a model, {@code from=} and that model's folder; and the
     * names of what is to be learned, if not all.
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int steps = Integer.parseInt(arguments[1]);
        List<String> more = List.of(arguments).subList(2, arguments.length);
        Optional<Path> from = more.stream()
                .filter(argument -> argument.startsWith(FROM))
                .map(argument -> Path.of(argument.substring(FROM.length())))
                .findFirst();
        List<String> given =
                more.stream().filter(argument -> !argument.startsWith(FROM)).toList();
        Map<String, Integer> shares = from.isEmpty() ? SHARES : FURTHER_SHARES;
        List<String> names = given.isEmpty() ? List.copyOf(shares.keySet()) : given;
        Path beginning = folder.resolveSibling(folder.getFileName() + "-beginning");
        new Beginning(256, 3, 8).write(beginning);
        // Who goes on sees the examples in another order.
        long seed = from.isEmpty() ? SEED : SEED + 1;
        Lessons lessons = new Lessons(beginning);
        List<TrainingSource> train = new ArrayList<>();
        List<TrainingSource> eval = new ArrayList<>();
        for (String name : names) {
            int share = shares.getOrDefault(name, 0);
            train.add(source(lessons, name, share, 0, 1));
            eval.add(source(lessons, name, share, Lessons.FIRST_UNSEEN_SEED, 100));
        }
        TrainingArguments how = TrainingArguments.of(folder)
                .withSeed(seed)
                .withMaxSteps(steps)
                .withPerDeviceTrainBatchSize(64)
                .withPerDeviceEvalBatchSize(64)
                .withLearningRate(1e-3)
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
                new NetworkOptions(seed, OptionalDouble.empty(), List.of()),
                train,
                eval,
                new GeneralistTask.Options(Beginning.CONTEXT_STEPS, 32_000))) {
            System.out.println(task.description());
            new Trainer(task, how).with(new Printing()).train();
        }
    }

    /**
     * The examples of one name.
     *
     * @param fewer by how much there are fewer of them than to learn from
     */
    private static TrainingSource source(Lessons lessons, String name, int share, long seed, int fewer) {
        return switch (name) {
            case "cart-pole" -> lessons.environment(name, share, 2, seed, Math.max(4, 300 / fewer), 0.15);
            case "pendulum" -> lessons.environment(name, share, 4, seed, Math.max(4, 1000 / fewer), 0.15);
            case "grid-world" -> lessons.environment(name, share, 1, seed, 60_000 / fewer, 0.1);
            case "captions" -> lessons.captions(share, 1, seed, 80_000 / fewer);
            case "questions" -> lessons.questions(share, 1, seed, 60_000 / fewer);
            default ->
                throw new IllegalArgumentException(
                        "expected one of " + String.join(", ", SHARES.keySet()) + ", found " + name);
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
