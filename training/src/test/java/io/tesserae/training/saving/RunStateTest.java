package io.tesserae.training.saving;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStateTest {

    private static final SequencedMap<String, Tensor> PARAMETERS = SavedFixture.smallParameters();

    @TempDir
    private Path temporary;

    private Path checkpoint;

    @BeforeEach
    void save() {
        checkpoint = RunFolder.open(temporary)
                .saveCheckpoint(
                        ModelFolder.of("{}", PARAMETERS, ModelFiles.directory(SavedFixture.FOLDER)),
                        SavedFixture.state(20));
    }

    @Test
    void everythingComesBackToTheBit() {
        RunState before = SavedFixture.state(20);
        RunState read = RunState.read(checkpoint, PARAMETERS);
        assertEquals(before.trainer(), read.trainer());
        assertEquals(before.position(), read.position());
        assertEquals(
                before.optimizer().tensors().keySet(),
                read.optimizer().tensors().keySet());
        before.optimizer().tensors().forEach((name, tensor) -> {
            Tensor found = read.optimizer().tensors().get(name);
            assertArrayEquals(tensor.shape(), found.shape());
            assertArrayEquals(bits(tensor), bits(found), name);
        });
        assertArrayEquals(
                new float[] {1, 2, 3, 4, 5, 6},
                read.optimizer().require(Moment.EXP_AVG_SQ, "classifier.weight").toArray());
        assertThrows(
                ModelLoadingException.class,
                () -> read.optimizer().require(Moment.MOMENTUM_BUFFER, "classifier.weight"));
    }

    @Test
    void valuesThatAreNotFiniteAreNullInTheLog() throws IOException {
        SequencedMap<String, Number> line = new LinkedHashMap<>();
        line.put("eval_pearson", Double.NaN);
        line.put("step", 5);
        TrainerState state = new TrainerState(
                new TrainerState.Progress(5, 1, 0),
                new TrainerState.Plan(0, 0, 0, 0, 0, 0),
                Optional.empty(),
                List.of(line));
        Path folder = Files.createDirectories(temporary.resolve("state"));
        Files.writeString(folder.resolve(TrainerState.FILE), state.toJson());
        assertTrue(state.toJson().contains("\"eval_pearson\": null"), state.toJson());
        assertEquals(state, TrainerState.read(ModelFiles.directory(folder)));
    }

    @Test
    void otherArgumentsAreRefusedByName() {
        RunPosition position = RunState.read(checkpoint, PARAMETERS).position();
        position.requireSameArguments(Map.of("learning_rate", "5e-5", "weight_decay", "0.01"), "there");
        TrainingException e = assertThrows(
                TrainingException.class,
                () -> position.requireSameArguments(
                        Map.of("learning_rate", "3e-5", "weight_decay", "0.01"), "out/checkpoint-20"));
        assertEquals(
                "out/checkpoint-20: the run was begun with learning_rate 5e-5, and is to go on with learning_rate 3e-5,"
                        + " which gives other weights. Resume with the same, or begin a new run in another output folder",
                e.getMessage());
        for (Map<String, String> other : List.of(
                Map.of("learning_rate", "5e-5"),
                Map.of("learning_rate", "5e-5", "weight_decay", "0.01", "dropout", "0.1"))) {
            assertThrows(TrainingException.class, () -> position.requireSameArguments(other, "there"));
        }
    }

    @Test
    void hostileTextIsRefusedWithFileAndKey() throws IOException {
        assertRefused(TrainerState.FILE, "\"global_step\": 20", "\"global_step\": 21", "checkpoint", "global_step");
        assertRefused(TrainerState.FILE, "\"global_step\": 20", "\"global_step\": -1", "global_step");
        assertRefused(TrainerState.FILE, "\"global_step\": 20", "\"global_step\": 20.0", "global_step");
        assertRefused(TrainerState.FILE, "\"best_metric\": 0.875", "\"best_metric\": \"x\"", "best_metric");
        assertRefused(TrainerState.FILE, "\"best_metric\": 0.875", "\"best_metric\": 1e999", "best_metric");
        assertRefused(TrainerState.FILE, "\"loss\": 0.3", "\"loss\": true, \"x\": 0.3", "log_history[0]", "loss");
        assertRefused(TrainerState.FILE, "\"epoch\": 6.6", "\"epoch\": -6.6", "epoch");
        assertRefused(RunPosition.FILE, "\"format\": 1", "\"format\": 2", "format");
        assertRefused(RunPosition.FILE, "\"seed\": -42", "\"seed\": 99999999999999999999", "seed");
        assertRefused(RunPosition.FILE, "\"seed\": -42", "\"seed\": 9999999999999999999", "seed");
        assertRefused(RunPosition.FILE, "\"seed\": -42,", "", "seed");
        assertRefused(
                RunPosition.FILE, "\"batches_into_epoch\": 17", "\"batches_into_epoch\": null", "batches_into_epoch");
        assertRefused(RunPosition.FILE, "8589934592", "-1", "optimizer_steps");
        assertRefused(RunPosition.FILE, "\"5e-5\"", "5", "learning_rate");
        assertRefused(RunPosition.FILE, "{", "{{", "JSON");
    }

    @Test
    void tensorsOfAnotherModelAreRefused() throws IOException {
        assertTensorsRefused("exp_avg.classifier.weight", new float[6], "[2, 3]", 3, 2);
        assertTensorsRefused("exp_avg.other.weight", new float[6], "other.weight", 2, 3);
        assertTensorsRefused("gradient.classifier.weight", new float[6], "gradient", 2, 3);
        assertTensorsRefused("exp_avg", new float[6], "exp_avg", 2, 3);
        assertTensorsRefused("exp_avg.classifier.bias", new float[] {1, Float.NaN}, "NaN", 2);
        new SafetensorsWriter()
                .addLongs("exp_avg.classifier.bias", new long[2], 2)
                .write(checkpoint.resolve(OptimizerState.FILE));
        assertThrows(ModelLoadingException.class, () -> RunState.read(checkpoint, PARAMETERS));
    }

    @Test
    void weightsMustBeTheModelsNoMoreAndNoFewer() {
        Path file = checkpoint.resolve("model.safetensors");
        assertEquals(
                List.copyOf(PARAMETERS.keySet()),
                List.copyOf(WeightsFile.readLike(file, PARAMETERS).keySet()));
        SequencedMap<String, Tensor> more = SavedFixture.smallParameters();
        more.put("new", Tensor.zeros(1));
        assertThrows(ModelLoadingException.class, () -> WeightsFile.readLike(file, more));
        SequencedMap<String, Tensor> fewer = SavedFixture.smallParameters();
        fewer.remove("classifier.bias");
        assertThrows(ModelLoadingException.class, () -> WeightsFile.readLike(file, fewer));
    }

    @Test
    void cutFileIsRefused() throws IOException {
        Path file = checkpoint.resolve(OptimizerState.FILE);
        byte[] bytes = Files.readAllBytes(file);
        for (int length = 0; length < bytes.length; length += 13) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThrows(ModelLoadingException.class, () -> RunState.read(checkpoint, PARAMETERS));
        }
    }

    private void assertRefused(String name, String from, String to, String... words) throws IOException {
        Path file = checkpoint.resolve(name);
        String text = Files.readString(file);
        assertTrue(text.contains(from), text);
        Files.writeString(file, text.replace(from, to));
        ModelLoadingException e =
                assertThrows(ModelLoadingException.class, () -> RunState.read(checkpoint, PARAMETERS), to);
        assertTrue(e.getMessage().contains(name), e.getMessage());
        for (String word : words) {
            assertTrue(e.getMessage().contains(word), e.getMessage());
        }
        Files.writeString(file, text);
    }

    private void assertTensorsRefused(String name, float[] values, String word, long... shape) throws IOException {
        new SafetensorsWriter().addFloats(name, values, shape).write(checkpoint.resolve(OptimizerState.FILE));
        ModelLoadingException e =
                assertThrows(ModelLoadingException.class, () -> RunState.read(checkpoint, PARAMETERS), name);
        assertTrue(e.getMessage().contains(word) && e.getMessage().contains(OptimizerState.FILE), e.getMessage());
    }

    private static int[] bits(Tensor tensor) {
        int[] bits = new int[tensor.size()];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(tensor.data()[i]);
        }
        return bits;
    }
}
