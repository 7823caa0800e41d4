package io.tesserae.training.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.model.ImageBatch;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.Trainer;
import io.tesserae.training.TrainingArguments;
import io.tesserae.training.loss.Distillation;
import io.tesserae.training.tape.Tape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistilledImageTaskTest {

    private static final Distillation SOFT = new Distillation(Distillation.Target.SOFT, 2, 0.5f);

    @TempDir
    Path folder;

    private Path pictures() throws IOException {
        return PictureFolders.write(folder.resolve("pictures"), List.of("cat", "dog"), 6);
    }

    private static DistilledImageTask open(Path student, Path pictures, DistilledImageTask.Options options) {
        return DistilledImageTask.open(
                NetworkSource.pretrained(student),
                new NetworkOptions(42, OptionalDouble.empty(), List.of()),
                new ImageData(pictures, Optional.of(pictures), true),
                options);
    }

    /** A tiny classifier of the two labels. */
    private Path teacher(Path pictures) {
        Path output = folder.resolve("teacher");
        try (ImageClassificationTask task = ImageClassificationTask.open(
                NetworkSource.pretrained(TaskRun.fixture("vit-classify")),
                NetworkOptions.DEFAULTS,
                new ImageData(pictures, Optional.empty(), false),
                ImageClassificationTask.Options.NEW_HEAD)) {
            new Trainer(task, TrainingArguments.of(output).withMaxSteps(10).withLearningRate(5e-3)).train();
        }
        return output;
    }

    @Test
    void learnsFromAClassifierAndSavesBothHeads() throws IOException {
        Path pictures = pictures();
        ImageTeacher teacher = ImageTeacher.classifier(teacher(pictures));
        Path output = folder.resolve("out");
        DistilledImageTask.Options options = new DistilledImageTask.Options(teacher, SOFT, 0.1, true);
        try (DistilledImageTask task = open(TaskRun.fixture("deit-distilled"), pictures, options)) {
            new Trainer(
                            task,
                            TrainingArguments.of(output)
                                    .withNumTrainEpochs(12)
                                    .withLearningRate(5e-3)
                                    .withPerDeviceTrainBatchSize(4))
                    .train();
            Map<String, Double> metrics = TaskRun.evaluate(task);
            assertEquals(1.0, metrics.get("accuracy"));
            Tensor pixels =
                    AutoImageProcessor.fromPretrained(output).process(ImageFiles.read(pictures.resolve("dog/2.png")));
            ImageBatch batch = ImageBatch.of(List.of(pixels));
            try (AutoModelForImageClassification model = AutoModelForImageClassification.fromPretrained(output);
                    Tape tape = Tape.evaluating(TaskRun.setting())) {
                assertArrayEquals(
                        model.forward(batch).logits().toArray(),
                        task.answer(tape, batch).value().toArray());
                assertTrue(model.forward(batch).distillationLogits().isPresent());
            }
            try (DistilledImageTask saved =
                    open(output, pictures, new DistilledImageTask.Options(teacher, SOFT, 0.1, false))) {
                assertEquals(metrics, TaskRun.evaluate(saved));
            }
        }
    }

    @Test
    void learnsFromAFileOfLogitsWhatTheLabelsDoNotSay() throws IOException {
        Path pictures = pictures();
        Tensor logits = Tensor.zeros(12, 2);
        for (int row = 0; row < 12; row++) {
            logits.data()[2 * row + (row < 6 ? 1 : 0)] = 8; // the wrong way round
        }
        ImageTeacher teacher = new ImageTeacher.Logits(write("logits.safetensors", logits));
        Distillation teacherAlone = new Distillation(Distillation.Target.HARD, 1, 1);
        try (DistilledImageTask task = open(
                TaskRun.fixture("deit-distilled"),
                pictures,
                new DistilledImageTask.Options(teacher, teacherAlone, 0, true))) {
            new Trainer(
                            task,
                            TrainingArguments.of(folder.resolve("out"))
                                    .withNumTrainEpochs(12)
                                    .withLearningRate(5e-3)
                                    .withPerDeviceTrainBatchSize(4))
                    .train();
            assertTrue(TaskRun.evaluate(task).get("accuracy") < 0.2);
        }
    }

    private Path write(String name, Tensor logits) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = Files.newOutputStream(file)) {
            new SafetensorsWriter().add("logits", logits).write(out);
        }
        return file;
    }

    @Test
    void refusesTeachersAndStudentsThatDoNotFit() throws IOException {
        Path pictures = pictures();
        ImageTeacher pets = ImageTeacher.classifier(TaskRun.fixture("vit-classify"));
        Path deit = TaskRun.fixture("deit-distilled");
        TaskRun.assertRefused(
                () -> open(deit, pictures, new DistilledImageTask.Options(pets, SOFT, 0, true)),
                "id2label",
                "cat, dog",
                "remote control");
        TaskRun.assertRefused(
                () -> open(TaskRun.fixture("vit-classify"), pictures, DistilledImageTask.Options.of(pets)),
                "model_type",
                "deit",
                "vit");
        ImageTeacher short1 = new ImageTeacher.Logits(write("short.safetensors", Tensor.zeros(3, 2)));
        TaskRun.assertRefused(
                () -> open(deit, pictures, new DistilledImageTask.Options(short1, SOFT, 0, true)),
                "short.safetensors",
                "12 examples",
                "2 labels");
        TaskRun.assertRefused(
                () -> ImageClassificationTask.open(
                        NetworkSource.pretrained(deit),
                        NetworkOptions.DEFAULTS,
                        ImageData.of(pictures, pictures),
                        ImageClassificationTask.Options.DEFAULTS),
                "DeiTForImageClassificationWithTeacher",
                "distillation");
    }
}
