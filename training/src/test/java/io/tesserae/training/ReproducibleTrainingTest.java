package io.tesserae.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.kernel.Kernels;
import io.tesserae.training.log.LogEntry;
import io.tesserae.training.log.TrainingLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fifty steps of a tiny BERT, with dropout: the same bits however they are computed. */
class ReproducibleTrainingTest {

    private static final int STEPS = 50;

    /** The weights after fifty steps, on every machine: it changes where what training computes is changed on purpose. */
    private static final String RECORDED = "1118071fd4da7de1d7f5c2aa78f5b5a783099d4ddabc6ea42df2e128104ed50c";

    @TempDir
    private Path folder;

    private TrainingArguments arguments(String name) {
        return TrainingArguments.of(folder.resolve(name))
                .withPerDeviceTrainBatchSize(3)
                .withMaxSteps(STEPS)
                .withLearningRate(1e-3)
                .withWarmupSteps(5)
                .withWeightDecay(0.01)
                .withLoggingSteps(7)
                .withEvalStrategy(IntervalStrategy.NO)
                .withSaveStrategy(IntervalStrategy.STEPS)
                .withSaveSteps(1000);
    }

    private static String digestOfRun(TrainingArguments arguments, Engine engine) {
        TrainingResult result = new Trainer(TinyTexts.task(0.1), arguments, engine).train();
        assertEquals(STEPS, result.globalStep());
        assertFalse(result.stopped());
        return digest(arguments.outputDir());
    }

    private static String digest(Path folder) {
        try {
            byte[] weights = Files.readAllBytes(folder.resolve("model.safetensors"));
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(weights));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theWeightsAreThoseThatAreRecorded() {
        assertEquals(RECORDED, digestOfRun(arguments("run"), Engine.shared()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void theNumberOfThreadsDoesNotMatter(int threads) {
        assertEquals(
                RECORDED,
                digestOfRun(arguments("run"), Engine.builder().threads(threads).build()));
    }

    @Test
    void scalarKernelsGiveTheSameBits() {
        Engine engine = Engine.builder().kernels(Kernels.scalar()).threads(2).build();
        assertEquals(RECORDED, digestOfRun(arguments("run"), engine));
    }

    @Test
    void gradientCheckpointingGivesTheSameBits() {
        assertEquals(RECORDED, digestOfRun(arguments("run").withGradientCheckpointing(true), Engine.shared()));
    }

    @Test
    void anotherSeedGivesOthers() {
        assertNotEquals(RECORDED, digestOfRun(arguments("run").withSeed(43), Engine.shared()));
    }

    @Test
    void aRunThatWasStoppedGoesOnToTheSameBits() {
        assertEquals(RECORDED, digestOfResumedRun(arguments -> arguments));
    }

    /** Seven batches an epoch and two a step: the twentieth step ends an epoch, of which it has one batch. The next test stops inside. */
    @Test
    void gradientsThatAreAccumulatedGoOnToTheSameBits() {
        assertResumesToTheSame(arguments -> arguments.withGradientAccumulationSteps(2));
    }

    @Test
    void aMovingAverageGoesOnToTheSameBits() {
        assertResumesToTheSame(arguments -> arguments.withEmaDecay(0.9));
    }

    @Test
    void momentumGoesOnToTheSameBits() {
        assertResumesToTheSame(arguments -> arguments.withOptim(TrainingArguments.Optim.SGD));
    }

    private void assertResumesToTheSame(UnaryOperator<TrainingArguments> choice) {
        String expected = digestOfRun(choice.apply(arguments("whole")), Engine.shared());
        assertNotEquals(RECORDED, expected);
        assertEquals(expected, digestOfResumedRun(choice));
    }

    /** Stopped after steps 20 and 31, inside of an epoch, and not where a line is logged; and gone on with by other tasks and threads. */
    private String digestOfResumedRun(UnaryOperator<TrainingArguments> choice) {
        TrainingArguments arguments = choice.apply(arguments("resumed"));
        for (int stop : List.of(20, 31)) {
            Engine engine = Engine.builder().threads(stop / 10).build();
            TrainingResult result = new Trainer(TinyTexts.task(0.1), arguments, engine)
                    .with(new StopAt(stop))
                    .resume();
            assertTrue(result.stopped());
            assertEquals(stop, result.globalStep());
            assertTrue(Files.isDirectory(arguments.outputDir().resolve("checkpoint-" + stop)));
        }
        TrainingResult result = new Trainer(TinyTexts.task(0.1), arguments, Engine.shared()).resume();
        assertEquals(STEPS, result.globalStep());
        assertFalse(result.stopped());
        return digest(arguments.outputDir());
    }

    /** Means of losses go over the interruption, so the log is the same as well. */
    @Test
    void theLogGoesOnAsIfNothingHadHappened() {
        TrainingArguments arguments = arguments("whole");
        TrainingResult whole = new Trainer(TinyTexts.task(0.1), arguments).train();
        TrainingArguments again = arguments("resumed");
        new Trainer(TinyTexts.task(0.1), again).with(new StopAt(20)).train();
        TrainingResult resumed = new Trainer(TinyTexts.task(0.1), again).resume();
        List<LogEntry> expected = TrainingLog.read(arguments.outputDir().resolve(RunRecord.LOG));
        assertEquals(8, expected.size());
        assertEquals(expected, TrainingLog.read(again.outputDir().resolve(RunRecord.LOG)));
        assertEquals(whole.trainLoss(), resumed.trainLoss());
    }
}
