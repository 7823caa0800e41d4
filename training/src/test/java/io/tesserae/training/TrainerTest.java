package io.tesserae.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.log.LogEntry;
import io.tesserae.training.log.TrainingLog;
import io.tesserae.training.saving.RunFolder;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run writes, when it ends, and how it goes on. */
class TrainerTest {

    @TempDir
    private Path folder;

    /** Twenty examples, five batches: five steps an epoch. */
    private TrainingArguments arguments() {
        return TrainingArguments.of(folder.resolve("out"))
                .withPerDeviceTrainBatchSize(4)
                .withMaxSteps(10)
                .withLearningRate(1e-3)
                .withLoggingSteps(4)
                .withEvalStrategy(IntervalStrategy.NO)
                .withSaveStrategy(IntervalStrategy.STEPS)
                .withSaveSteps(5);
    }

    private List<String> checkpoints() {
        return RunFolder.open(arguments().outputDir()).checkpoints().stream()
                .map(checkpoint -> checkpoint.getFileName().toString())
                .toList();
    }

    private static FixtureTask task() {
        return TinyTexts.task(0);
    }

    /** Evaluations that come to these losses, one after the other. */
    private static FixtureTask evaluatedAs(double... losses) {
        Iterator<Double> next = DoubleStream.of(losses).iterator();
        return task().evaluatedAs(() -> Map.of("loss", next.next()));
    }

    private static List<float[]> weights(TrainingTask task) {
        return task.parameters().stream()
                .map(parameter -> parameter.value().toArray())
                .toList();
    }

    private static void assertSameWeights(List<float[]> expected, List<float[]> found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i));
        }
    }

    private static void assertSays(Exception error, String... parts) {
        for (String part : parts) {
            assertTrue(error.getMessage().contains(part), error::getMessage);
        }
    }

    @Test
    void aLineOfTheLogHasTheMeanLossSinceTheLineBefore() {
        List<Double> losses = new ArrayList<>();
        RunLog log = new RunLog();
        TrainingResult result = new Trainer(task(), arguments())
                .with(log)
                .with(new TrainingCallback() {
                    @Override
                    public void onStepEnd(TrainingState state) {
                        losses.add(state.loss());
                    }
                })
                .train();
        assertEquals(10, losses.size());
        assertEquals(
                List.of(4L, 8L, 10L), log.entries().stream().map(LogEntry::step).toList());
        assertEquals(mean(losses.subList(0, 4)), log.entries().get(0).numbers().get("loss"), 1e-12);
        assertEquals(mean(losses.subList(4, 8)), log.entries().get(1).numbers().get("loss"), 1e-12);
        assertEquals(mean(losses.subList(8, 10)), log.entries().get(2).numbers().get("loss"), 1e-12);
        assertEquals(mean(losses), result.trainLoss(), 1e-12);
        assertEquals(1e-3 * 0.1, log.entries().get(2).numbers().get("learning_rate"), 1e-12);
        assertEquals(2.0, log.entries().get(2).epoch());
        assertEquals(log.entries(), TrainingLog.read(folder.resolve("out").resolve(RunRecord.LOG)));
        assertTrue(Files.exists(folder.resolve("out").resolve(RunRecord.CURVES)));
        AutoModelForSequenceClassification.fromPretrained(folder.resolve("out")).close();
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    @Test
    void callbacksAreToldInTheOrderOfTheRun() {
        StringBuilder told = new StringBuilder();
        new Trainer(evaluatedAs(1, 2), arguments().withEvalStrategy(IntervalStrategy.EPOCH))
                .with(new TrainingCallback() {
                    @Override
                    public void onTrainBegin(TrainingState state) {
                        told.append("begin ");
                    }

                    @Override
                    public void onEpochBegin(TrainingState state) {
                        told.append("epoch ");
                    }

                    @Override
                    public void onStepEnd(TrainingState state) {
                        told.append(state.globalStep()).append(' ');
                    }

                    @Override
                    public void onEvaluate(TrainingState state, Map<String, Double> metrics) {
                        told.append(metrics).append(' ');
                    }

                    @Override
                    public void onSave(TrainingState state, Path checkpoint) {
                        told.append(checkpoint.getFileName()).append(' ');
                    }

                    @Override
                    public void onEpochEnd(TrainingState state) {
                        told.append("over ");
                    }

                    @Override
                    public void onTrainEnd(TrainingState state) {
                        told.append("end");
                    }
                })
                .train();
        assertEquals(
                "begin epoch 1 2 3 4 5 {eval_loss=1.0} checkpoint-5 over"
                        + " epoch 6 7 8 9 10 {eval_loss=2.0} checkpoint-10 over end",
                told.toString());
    }

    @Test
    void aRunWithOtherArgumentsOrDataDoesNotGoOn() {
        TrainingTask begun = task();
        new Trainer(begun, arguments()).with(new StopAt(5)).train();
        FixtureTask task = task();
        List<float[]> before = weights(task);
        var rate = assertThrows(
                TrainingException.class, () -> new Trainer(task, arguments().withLearningRate(2e-3)).resume());
        assertSays(rate, "checkpoint-5", "learning_rate 0.001", "learning_rate 0.002", "another output folder");
        FixtureTask less = TinyTexts.task(0, 19);
        var data = assertThrows(TrainingException.class, () -> new Trainer(less, arguments()).resume());
        assertSays(data, "checkpoint-5", "20 examples", "19");
        assertSameWeights(before, weights(task));
        assertSameWeights(before, weights(less));
        new Trainer(task, arguments()).resume();
        assertEquals(List.of("checkpoint-5", "checkpoint-10"), checkpoints());
    }

    @Test
    void aLossThatIsNoNumberEndsTheRunBeforeItsStep() {
        List<List<float[]>> weightsOfSteps = new ArrayList<>();
        int[] calls = {0};
        FixtureTask task = TinyTexts.task((network, tape, examples) -> {
            Variable loss = TinyTexts.loss(network, tape, examples);
            if (++calls[0] == 14) { // five an epoch, two a step: the second batch of the third epoch's second step
                loss.value().data()[0] = Float.NaN;
            }
            return loss;
        });
        var error = assertThrows(
                TrainingException.class,
                () -> new Trainer(
                                task,
                                arguments().withGradientAccumulationSteps(2).withShuffle(false))
                        .with(new TrainingCallback() {
                            @Override
                            public void onStepEnd(TrainingState state) {
                                weightsOfSteps.add(weights(task));
                            }
                        })
                        .train());
        assertSays(
                error, "step 8, batch 2: the loss is NaN", "from texts.tsv, line 13 and 3 others", "--learning-rate");
        assertEquals(7, weightsOfSteps.size());
        assertSameWeights(weightsOfSteps.getLast(), weights(task));
        assertEquals(List.of("checkpoint-5"), checkpoints());
        assertFalse(Files.exists(folder.resolve("out").resolve("model.safetensors")));
    }

    @Test
    void aGradientThatIsNoNumberEndsTheRunToo() {
        List<float[]> before = weights(task());
        FixtureTask infinite = TinyTexts.task((network, tape, examples) -> {
            Variable loss = TinyTexts.loss(network, tape, examples);
            return tape.record(tape.take(1), true, gradient -> {
                loss.gradient().toAddTo().data()[0] += Float.POSITIVE_INFINITY * gradient.data()[0];
            });
        });
        var error = assertThrows(TrainingException.class, () -> new Trainer(infinite, arguments()).train());
        assertSays(error, "step 1, batch 1", "the gradient's norm is", "the weights are as they were");
        assertSameWeights(before, weights(infinite));
    }

    @Test
    void aNewRunDoesNotMixItsCheckpointsWithAnothers() throws IOException {
        new Trainer(task(), arguments()).train();
        byte[] model = Files.readAllBytes(folder.resolve("out").resolve("model.safetensors"));
        var error = assertThrows(TrainingException.class, () -> new Trainer(task(), arguments()).train());
        assertSays(error, folder.resolve("out").toString(), "checkpoint-10", "Resume", "another output folder");
        assertEquals(List.of("checkpoint-5", "checkpoint-10"), checkpoints());
        assertEquals(
                3,
                TrainingLog.read(folder.resolve("out").resolve(RunRecord.LOG)).size());
        assertArrayEquals(model, Files.readAllBytes(folder.resolve("out").resolve("model.safetensors")));
    }

    /** What is finished stays as it is, and says again what it came to. */
    @Test
    void aFinishedRunIsResumedToItself() throws IOException {
        TrainingArguments arguments = arguments().withEvalStrategy(IntervalStrategy.EPOCH);
        TrainingResult first = new Trainer(evaluatedAs(2, 1), arguments).train();
        byte[] model = Files.readAllBytes(folder.resolve("out").resolve("model.safetensors"));
        assertEquals(first, new Trainer(evaluatedAs(), arguments).resume());
        assertArrayEquals(model, Files.readAllBytes(folder.resolve("out").resolve("model.safetensors")));
    }

    @Test
    void aNewRunTakesThePlaceOfAModelWithoutCheckpoints() throws IOException {
        TrainingArguments arguments = arguments().withSaveStrategy(IntervalStrategy.NO);
        new Trainer(task(), arguments).train();
        byte[] model = Files.readAllBytes(folder.resolve("out").resolve("model.safetensors"));
        new Trainer(task(), arguments.withSeed(7)).train();
        assertFalse(
                Arrays.equals(model, Files.readAllBytes(folder.resolve("out").resolve("model.safetensors"))));
        assertEquals(List.of(), checkpoints());
    }

    @Test
    void noMoreCheckpointsAreKeptThanWanted() {
        new Trainer(task(), arguments().withSaveSteps(2).withSaveTotalLimit(2)).train();
        assertEquals(List.of("checkpoint-8", "checkpoint-10"), checkpoints());
    }

    @Test
    void theBestCheckpointIsKeptAndIsTheModel() throws IOException {
        FixtureTask task = evaluatedAs(3, 1, 2, 1.5, 4);
        TrainingResult result = new Trainer(
                        task,
                        arguments()
                                .withEvalStrategy(IntervalStrategy.STEPS)
                                .withEvalSteps(2)
                                .withSaveSteps(2)
                                .withSaveTotalLimit(1)
                                .withLoadBestModelAtEnd(true))
                .train();
        assertEquals(List.of("checkpoint-4", "checkpoint-10"), checkpoints());
        assertEquals(Map.of("eval_loss", 1.0), result.metrics());
        byte[] best = Files.readAllBytes(folder.resolve("out/checkpoint-4/model.safetensors"));
        assertArrayEquals(best, Files.readAllBytes(folder.resolve("out/model.safetensors")));
        try (SafetensorsFile saved = SafetensorsFile.open(folder.resolve("out/model.safetensors"))) {
            for (Parameter parameter : task.parameters()) {
                float[] values = new float[parameter.value().size()];
                saved.read(parameter.name(), 0, values, 0, values.length);
                assertArrayEquals(values, parameter.value().toArray());
            }
        }
    }

    @Test
    void aMetricThatIsNotEvaluatedCannotDecide() {
        TrainingArguments arguments = arguments()
                .withEvalStrategy(IntervalStrategy.EPOCH)
                .withLoadBestModelAtEnd(true)
                .withMetricForBestModel("accuracy");
        var error = assertThrows(TrainingException.class, () -> new Trainer(evaluatedAs(1, 2), arguments).train());
        assertSays(error, "metric_for_best_model", "eval_loss", "eval_accuracy");
    }

    @Test
    void aRunThatGetsNoBetterStops() {
        TrainingArguments arguments = arguments()
                .withMaxSteps(40)
                .withEvalStrategy(IntervalStrategy.EPOCH)
                .withSaveStrategy(IntervalStrategy.EPOCH);
        TrainingResult result = new Trainer(evaluatedAs(3, 2, 1.99, 2.5, 1), arguments)
                .with(new EarlyStopping("loss", false, 2, 0.1))
                .train();
        assertTrue(result.stopped());
        assertEquals(20, result.globalStep());
        assertEquals(List.of("checkpoint-5", "checkpoint-10", "checkpoint-15", "checkpoint-20"), checkpoints());
    }

    /** The evaluations before the interruption count. */
    @Test
    void patienceIsTheSameOverAnInterruption() {
        TrainingArguments arguments = arguments()
                .withMaxSteps(40)
                .withEvalStrategy(IntervalStrategy.EPOCH)
                .withSaveStrategy(IntervalStrategy.EPOCH);
        EarlyStopping first = new EarlyStopping("loss", false, 2, 0);
        new Trainer(evaluatedAs(2, 3), arguments)
                .with(first)
                .with(new StopAt(11))
                .train();
        TrainingResult result = new Trainer(evaluatedAs(4, 1), arguments)
                .with(new EarlyStopping("loss", false, 2, 0))
                .resume();
        assertEquals(15, result.globalStep());
    }

    @Test
    void anInterruptSavesWhatThereIs() {
        try {
            TrainingResult result = new Trainer(task(), arguments().withLoggingSteps(1))
                    .with(new TrainingCallback() {
                        @Override
                        public void onStepEnd(TrainingState state) {
                            if (state.globalStep() == 3) {
                                Thread.currentThread().interrupt();
                            }
                        }
                    })
                    .train();
            assertTrue(Thread.interrupted());
            assertTrue(result.stopped());
            assertEquals(3, result.globalStep());
        } finally {
            assertFalse(Thread.interrupted());
        }
        assertEquals(List.of("checkpoint-3"), checkpoints());
        assertEquals(
                3,
                TrainingLog.read(folder.resolve("out").resolve(RunRecord.LOG)).size());
        assertEquals(
                10,
                new Trainer(task(), arguments().withLoggingSteps(1)).resume().globalStep());
    }

    @Test
    void aRunNeedsAnExample() {
        var error = assertThrows(TrainingException.class, () -> new Trainer(TinyTexts.task(0, 0), arguments()).train());
        assertSays(error, "no example");
        assertThrows(TrainingException.class, () -> new Trainer(task(), arguments()).evaluate());
        assertEquals(Map.of("eval_loss", 4.0), new Trainer(evaluatedAs(4), arguments()).evaluate());
    }
}
