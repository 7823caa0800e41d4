package io.tesserae.training.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.packed.Packed;
import io.tesserae.training.Trainer;
import io.tesserae.training.TrainingArguments;
import io.tesserae.training.TrainingTask;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.log.LogEntry;
import io.tesserae.training.log.TrainingLog;
import io.tesserae.training.tape.Tape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.function.Executable;

/** What the tests of all tasks do: train with the real trainer, and look at what came of it. */
final class TaskRun {

    static final Path FIXTURES = Path.of("..", "testdata", "fixtures");

    private TaskRun() {}

    /** A checkpoint of the test data. */
    static Path fixture(String name) {
        return Packed.checkpoint(FIXTURES.resolve(name));
    }

    static Path file(Path folder, String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** Trains some epochs, and checks that the loss of the training data falls and that the saved model is as good as the trained one. */
    static Map<String, Double> trainAndEvaluateAgain(
            TrainingTask task, Path output, double learningRate, Function<Path, TrainingTask> again) {
        TrainingArguments arguments = TrainingArguments.of(output)
                .withNumTrainEpochs(8)
                .withLearningRate(learningRate)
                .withLoggingSteps(1);
        new Trainer(task, arguments).train();
        List<Double> losses = TrainingLog.read(output.resolve("training_log.jsonl")).stream()
                .map(LogEntry::numbers)
                .filter(numbers -> numbers.containsKey("loss"))
                .map(numbers -> numbers.get("loss"))
                .toList();
        int steps = losses.size() / 8; // of an epoch
        double first = mean(losses.subList(0, steps));
        double last = mean(losses.subList(losses.size() - steps, losses.size()));
        assertTrue(last < 0.8 * first, "loss of the first epoch " + first + ", of the last " + last);
        Map<String, Double> metrics = evaluate(task);
        try (TrainingTask saved = again.apply(output)) {
            assertEquals(metrics, evaluate(saved));
            assertTrue(saved.notices().stream().noneMatch(notice -> notice.contains("anew")), "all of it was saved");
        }
        return metrics;
    }

    private static double mean(List<Double> numbers) {
        return numbers.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    static Map<String, Double> evaluate(TrainingTask task) {
        return task.evaluate(setting(), 8);
    }

    static Tape.Setting setting() {
        return Tape.Setting.of(Engine.shared().machine(), Tape.Keeping.ALL);
    }

    /** That opening fails, with a message that has all of these. */
    static void assertRefused(Executable open, String... parts) {
        String message = assertThrows(TrainingException.class, open).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message + " should say " + part);
        }
    }
}
