package io.tesserae.training.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.AutoImageProcessor;
import io.tesserae.loaders.AutoModelForImageClassification;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.model.ImageBatch;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.Trainer;
import io.tesserae.training.TrainingArguments;
import io.tesserae.training.TrainingTask;
import io.tesserae.training.failure.TrainingException;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ImageClassificationTaskTest {

    private static final NetworkOptions FROZEN = new NetworkOptions(42, OptionalDouble.empty(), List.of("vit"));

    @TempDir
    Path folder;

    private static Path vit() {
        return Packed.checkpoint(Path.of("..", "testdata", "fixtures", "vit-classify"));
    }

    private ImageData reds(boolean augment) throws IOException {
        Path pictures = PictureFolders.write(folder.resolve("pictures"), List.of("red", "blue"), 6);
        return new ImageData(pictures, Optional.of(pictures), augment);
    }

    private static ImageClassificationTask newHead(NetworkOptions options, ImageData data) {
        return ImageClassificationTask.open(
                NetworkSource.pretrained(vit()), options, data, ImageClassificationTask.Options.NEW_HEAD);
    }

    private static Map<String, Double> evaluate(TrainingTask task) {
        return task.evaluate(Tape.Setting.of(Engine.shared().machine(), Tape.Keeping.ALL), 5);
    }

    private TrainingArguments arguments(String name, double learningRate) {
        return TrainingArguments.of(folder.resolve(name))
                .withNumTrainEpochs(10)
                .withLearningRate(learningRate)
                .withPerDeviceTrainBatchSize(4);
    }

    @Test
    void learnsWithANewHeadAndSavesWhatInferenceLoadsToTheBit() throws IOException {
        ImageData data = reds(true);
        Path output = folder.resolve("out");
        try (ImageClassificationTask task = newHead(NetworkOptions.DEFAULTS, data)) {
            double before = evaluate(task).get("loss");
            new Trainer(task, arguments("out", 5e-3)).train();
            Map<String, Double> metrics = evaluate(task);
            assertEquals(1.0, metrics.get("accuracy"));
            assertTrue(metrics.get("loss") < before / 2, metrics + " after a loss of " + before);
            try (ImageClassificationTask saved = ImageClassificationTask.open(
                    NetworkSource.pretrained(output), FROZEN, data, ImageClassificationTask.Options.DEFAULTS)) {
                assertEquals(metrics, evaluate(saved));
            }
            Path picture = data.train().resolve("red/3.png");
            Tensor pixels = AutoImageProcessor.fromPretrained(output).process(ImageFiles.read(picture));
            try (AutoModelForImageClassification model = AutoModelForImageClassification.fromPretrained(output);
                    Tape tape = Tape.evaluating(Tape.Setting.of(Engine.shared().machine(), Tape.Keeping.ALL))) {
                ImageBatch batch = ImageBatch.of(List.of(pixels));
                assertEquals("blue", model.config().labels().label(0));
                assertArrayEquals(
                        model.forward(batch).logits().toArray(),
                        task.logits(tape, batch).value().toArray());
            }
        }
    }

    @Test
    void changesTheHeadAloneWhereAllElseIsFrozen() throws IOException {
        try (ImageClassificationTask task = newHead(FROZEN, reds(false))) {
            Map<Boolean, List<Parameter>> byKind = task.parameters().stream()
                    .collect(Collectors.partitioningBy(
                            parameter -> parameter.name().startsWith("vit.")));
            List<float[]> before =
                    byKind.get(true).stream().map(p -> p.value().toArray()).toList();
            float[] head = byKind.get(false).getFirst().value().toArray();
            double loss = evaluate(task).get("loss");
            new Trainer(task, arguments("out", 2e-2)).train();
            assertTrue(evaluate(task).get("loss") < loss);
            for (int i = 0; i < before.size(); i++) {
                assertArrayEquals(before.get(i), byKind.get(true).get(i).value().toArray());
            }
            assertFalse(Arrays.equals(head, byKind.get(false).getFirst().value().toArray()));
        }
    }

    @Test
    void takesOtherPartsOfAPictureInAnotherEpoch() throws IOException {
        try (ImageClassificationTask task = newHead(NetworkOptions.DEFAULTS, reds(true))) {
            assertEquals(loss(task, 3), loss(task, 3));
            assertTrue(loss(task, 3) != loss(task, 4));
        }
        try (ImageClassificationTask task = newHead(NetworkOptions.DEFAULTS, reds(false))) {
            assertEquals(loss(task, 3), loss(task, 4));
        }
    }

    private static float loss(ImageClassificationTask task, long epoch) {
        try (Tape tape = Tape.evaluating(Tape.Setting.of(Engine.shared().machine(), Tape.Keeping.ALL))) {
            return task.loss(tape, new int[] {1, 7, 8}, epoch).value().data()[0];
        }
    }

    @Test
    void goesOnWithTheCheckpointsHead() throws IOException {
        Path pictures = PictureFolders.write(folder.resolve("pets"), List.of("dog", "cat"), 2);
        try (ImageClassificationTask task = ImageClassificationTask.open(vit(), pictures, pictures)) {
            assertEquals(5, task.parameters().getLast().value().size());
            assertEquals(4, task.evalExamples());
            assertTrue(task.origin(0).endsWith("cat/0.png"));
        }
    }

    @Test
    void refusesWhatItCannotTrainWith() throws IOException {
        ImageData data = reds(true);
        refused(
                () -> ImageClassificationTask.open(vit(), data.train(), data.train()),
                "blue",
                "5 labels",
                "--new-head");
        refused(
                () -> newHead(FROZEN, new ImageData(folder.resolve("none"), Optional.empty(), true)),
                "none",
                "nothing");
        Path empty = Files.createDirectories(folder.resolve("empty"));
        refused(
                () -> newHead(FROZEN, new ImageData(empty, Optional.empty(), true)),
                "folder of pictures for each label");
        Files.writeString(data.train().resolve("red/1.png"), "no picture");
        try (ImageClassificationTask task = newHead(FROZEN, data)) {
            refused(() -> new Trainer(task, arguments("out", 1e-3)).train(), "red", "1.png");
        }
    }

    @Test
    void saysThatAProcessorIsAnotherModels() throws IOException {
        Path config = folder.resolve("config.json");
        String text = Files.readString(vit().resolve("config.json"));
        Files.writeString(config, text.replace("\"image_size\": 32", "\"image_size\": 64"));
        try (ImageClassificationTask task = ImageClassificationTask.open(
                new NetworkSource(NetworkSource.pretrained(vit()).files(), Optional.of(config)),
                NetworkOptions.DEFAULTS,
                reds(true),
                ImageClassificationTask.Options.NEW_HEAD)) {
            refused(() -> new Trainer(task, arguments("out", 1e-3)).train(), "preprocessor_config.json", "64");
        }
    }

    private static void refused(Executable work, String... parts) {
        String message = assertThrows(TrainingException.class, work).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message + " should say " + part);
        }
    }
}
