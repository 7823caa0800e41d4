package io.tesserae.training.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoVisionModel;
import io.tesserae.loaders.processor.ImageSize;
import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.IntervalStrategy;
import io.tesserae.training.Trainer;
import io.tesserae.training.TrainingArguments;
import io.tesserae.training.TrainingCallback;
import io.tesserae.training.TrainingState;
import io.tesserae.training.augmentation.MultiCrop;
import io.tesserae.training.loss.TeacherTemperature;
import io.tesserae.training.saving.WeightsFile;
import io.tesserae.training.tape.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfDistillationTaskTest {

    private static final SelfDistillationTask.Options SMALL = new SelfDistillationTask.Options(
            MultiCrop.of(new ImageSize(32, 32), new ImageSize(16, 16), 2),
            new SelfDistillationTask.HeadOptions(32, 8, 16, true, 1),
            new TeacherTemperature(0.04f, 0.07f, 3),
            0.9);

    @TempDir
    Path folder;

    private SelfDistillationTask open() throws IOException {
        Path pictures = folder.resolve("pictures");
        if (!Files.exists(pictures)) {
            PictureFolders.write(pictures, List.of("a", "b"), 4);
        }
        return SelfDistillationTask.open(
                NetworkSource.pretrained(TaskRun.fixture("vit-base")), NetworkOptions.DEFAULTS, pictures, SMALL);
    }

    private TrainingArguments arguments(String name) {
        return TrainingArguments.of(folder.resolve(name))
                .withNumTrainEpochs(3)
                .withLearningRate(1e-3)
                .withPerDeviceTrainBatchSize(4)
                .withSaveStrategy(IntervalStrategy.STEPS)
                .withSaveSteps(3);
    }

    @Test
    void savesTheTeacherAsItIs() throws IOException {
        Path output = folder.resolve("out");
        try (SelfDistillationTask task = open()) {
            new Trainer(task, arguments("out")).train();
            SequencedMap<String, Tensor> state = task.state();
            SequencedMap<String, Tensor> saved = WeightsFile.read(output.resolve("model.safetensors"));
            assertFalse(saved.isEmpty());
            saved.forEach((name, tensor) ->
                    assertArrayEquals(state.get("teacher." + name).toArray(), tensor.toArray()));
            assertTrue(saved.keySet().stream().noneMatch(name -> name.contains("head.")));
            Map<String, Parameter> student =
                    task.parameters().stream().collect(Collectors.toMap(Parameter::name, p -> p));
            String moved = saved.keySet().stream()
                    .filter(name -> name.endsWith("cls_token"))
                    .findFirst()
                    .orElseThrow();
            assertFalse(Arrays.equals(
                    student.get(moved).value().toArray(), saved.get(moved).toArray()));
            Tensor pixels = Tensor.zeros(3, 32, 32);
            for (int i = 0; i < pixels.size(); i++) {
                pixels.data()[i] = (float) StrictMath.sin(i);
            }
            ImageBatch batch = ImageBatch.of(List.of(pixels));
            try (AutoVisionModel model = AutoVisionModel.fromPretrained(output)) {
                float[] all = model.forward(batch).lastHiddenState().toArray();
                assertTrue(all.length > 24);
            }
        }
    }

    @Test
    void goesOnToTheSameBits() throws IOException {
        SequencedMap<String, Tensor> whole;
        try (SelfDistillationTask task = open()) {
            new Trainer(task, arguments("whole")).train();
            whole = task.state();
        }
        try (SelfDistillationTask task = open()) {
            new Trainer(task, arguments("resumed"))
                    .with(new TrainingCallback() {
                        @Override
                        public void onStepEnd(TrainingState state) {
                            if (state.globalStep() == 3) {
                                state.stop();
                            }
                        }
                    })
                    .train();
        }
        try (SelfDistillationTask task = open()) {
            new Trainer(task, arguments("resumed")).resume();
            SequencedMap<String, Tensor> resumed = task.state();
            assertEquals(whole.keySet(), resumed.keySet());
            whole.forEach((name, tensor) ->
                    assertArrayEquals(tensor.toArray(), resumed.get(name).toArray(), name));
        }
    }

    @Test
    void leavesTheLastLayerAloneInTheFirstEpoch() throws IOException {
        try (SelfDistillationTask task = open()) {
            Parameter last = named(task, "head.last_layer.weight_v");
            Parameter first = named(task, "head.mlp.0.weight");
            float[] before = last.value().toArray();
            float[] firstBefore = first.value().toArray();
            new Trainer(task, arguments("one").withMaxSteps(2)).train();
            assertArrayEquals(before, last.value().toArray());
            assertFalse(Arrays.equals(firstBefore, first.value().toArray()));
        }
        try (SelfDistillationTask task = open()) {
            Parameter last = named(task, "head.last_layer.weight_v");
            float[] before = last.value().toArray();
            new Trainer(task, arguments("two").withMaxSteps(3)).train();
            assertFalse(Arrays.equals(before, last.value().toArray()));
        }
    }

    private static Parameter named(SelfDistillationTask task, String name) {
        return task.parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void followsTheReferencesSchedule() {
        assertEquals(0.996, SelfDistillationTask.teacherMomentum(0.996, 0, 100), 1e-12);
        assertEquals(0.998, SelfDistillationTask.teacherMomentum(0.996, 50, 100), 1e-12);
        assertEquals(1, SelfDistillationTask.teacherMomentum(0.996, 100, 100), 1e-12);
    }

    @Test
    void saysWhichFileIsNoPicture() throws IOException {
        try (SelfDistillationTask task = open()) {
            Files.writeString(folder.resolve("pictures/b/2.png"), "no picture");
            TaskRun.assertRefused(() -> new Trainer(task, arguments("out")).train(), "b", "2.png");
        }
        Path empty = Files.createDirectories(folder.resolve("empty"));
        TaskRun.assertRefused(
                () -> SelfDistillationTask.open(
                        NetworkSource.pretrained(TaskRun.fixture("vit-base")), NetworkOptions.DEFAULTS, empty, SMALL),
                "empty",
                "no file");
    }
}
