package io.tesserae.training.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.tesserae.engine.Engine;
import io.tesserae.packed.Packed;
import io.tesserae.training.Trainer;
import io.tesserae.training.TrainingArguments;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RememberedFeaturesTest {

    private static final int PICTURES = 12;
    private static final NetworkOptions FROZEN = frozen("vit", 0);

    @TempDir
    Path folder;

    private static NetworkOptions frozen(String names, double dropout) {
        return new NetworkOptions(42, OptionalDouble.of(dropout), List.of(names));
    }

    private ImageClassificationTask task(String checkpoint, NetworkOptions options, boolean augment, long most)
            throws IOException {
        Path pictures = PictureFolders.write(folder.resolve("pictures"), List.of("red", "blue"), PICTURES / 2);
        return ImageClassificationTask.open(
                NetworkSource.pretrained(Packed.checkpoint(Path.of("..", "testdata", "fixtures", checkpoint))),
                options,
                new ImageData(pictures, Optional.of(pictures), augment),
                ImageClassificationTask.Options.NEW_HEAD,
                most);
    }

    private ImageClassificationTask task(NetworkOptions options, boolean augment, long most) throws IOException {
        return task("vit-classify", options, augment, most);
    }

    private static Tape tape() {
        return Tape.recording(
                Tape.Setting.of(Engine.shared().machine(), Tape.Keeping.ALL), new Tape.Randomness(42, 0, 0));
    }

    private static Map<String, Double> evaluate(ImageClassificationTask task) {
        return task.evaluate(Tape.Setting.of(Engine.shared().machine(), Tape.Keeping.ALL), 5);
    }

    private static float loss(ImageClassificationTask task, int... examples) {
        try (Tape tape = tape()) {
            return task.loss(tape, examples, 0).value().data()[0];
        }
    }

    /** Changes a weight below the head, which nobody does who trains: what is remembered does not know of it. */
    private static void changeBackbone(ImageClassificationTask task) {
        Parameter norm = task.parameters().stream()
                .filter(parameter -> parameter.name().endsWith(".layernorm.weight"))
                .findFirst()
                .orElseThrow();
        norm.data()[0] += 1;
    }

    private static boolean remembersTraining(ImageClassificationTask task) {
        float before = loss(task, 1, 7, 8);
        changeBackbone(task);
        return loss(task, 1, 7, 8) == before;
    }

    @ParameterizedTest
    @CsvSource({"vit-classify, vit", "dinov2-classify, dinov2"})
    void theTrainedHeadAndTheScoresHaveTheSameBits(String checkpoint, String base) throws IOException {
        try (ImageClassificationTask remembering =
                        task(checkpoint, frozen(base, 0), false, RememberedFeatures.MOST_VALUES);
                ImageClassificationTask forgetting = task(checkpoint, frozen(base, 0), false, 0)) {
            float[] before = remembering.parameters().getLast().value().toArray();
            for (ImageClassificationTask task : List.of(remembering, forgetting)) {
                Path output = folder.resolve(task == remembering ? "remembering" : "forgetting");
                TrainingArguments arguments = TrainingArguments.of(output)
                        .withNumTrainEpochs(3)
                        .withLearningRate(1e-2)
                        .withPerDeviceTrainBatchSize(5);
                new Trainer(task, arguments).train();
            }
            assertFalse(Arrays.equals(
                    before, remembering.parameters().getLast().value().toArray()));
            for (int i = 0; i < remembering.parameters().size(); i++) {
                assertArrayEquals(
                        forgetting.parameters().get(i).value().toArray(),
                        remembering.parameters().get(i).value().toArray(),
                        remembering.parameters().get(i).name());
            }
            assertEquals(evaluate(forgetting), evaluate(remembering));
        }
    }

    @Test
    void featuresAreComputedOnce() throws IOException {
        try (ImageClassificationTask task = task(FROZEN, false, RememberedFeatures.MOST_VALUES)) {
            Map<String, Double> evaluated = evaluate(task);
            float trained = loss(task, 3, 4);
            changeBackbone(task);
            assertEquals(evaluated, evaluate(task));
            assertEquals(trained, loss(task, 3, 4));
        }
    }

    @Test
    void aBatchMayHaveKnownAndUnknownPicturesAndOneTwice() throws IOException {
        try (ImageClassificationTask remembering = task(FROZEN, false, RememberedFeatures.MOST_VALUES);
                ImageClassificationTask forgetting = task(FROZEN, false, 0)) {
            for (int[] examples : List.of(new int[] {3, 9}, new int[] {9, 2, 3, 2}, new int[] {11, 2, 0})) {
                assertEquals(loss(forgetting, examples), loss(remembering, examples));
            }
        }
    }

    @Test
    void nothingIsRememberedThatMayChange() throws IOException {
        long most = RememberedFeatures.MOST_VALUES;
        try (ImageClassificationTask constant = task(FROZEN, false, most);
                ImageClassificationTask augmented = task(FROZEN, true, most);
                ImageClassificationTask dropping = task(frozen("vit", 0.1), false, most);
                ImageClassificationTask trained = task(frozen("vit.encoder", 0), false, most)) {
            assertEquals(
                    List.of(true, false, false, false),
                    List.of(
                            remembersTraining(constant),
                            remembersTraining(augmented),
                            remembersTraining(dropping),
                            remembersTraining(trained)));
        }
    }

    @Test
    void picturesOfTheEvaluationAreTheSameEvenWhereThoseOfTheTrainingAreAugmented() throws IOException {
        try (ImageClassificationTask task = task(FROZEN, true, RememberedFeatures.MOST_VALUES)) {
            Map<String, Double> before = evaluate(task);
            changeBackbone(task);
            assertEquals(before, evaluate(task));
        }
    }

    @ParameterizedTest
    @CsvSource({"288, true", "287, false"}) // 12 pictures of 24 features
    void asMuchIsRememberedAsThereIsRoomFor(long most, boolean remembers) throws IOException {
        try (ImageClassificationTask task = task(FROZEN, false, most)) {
            Map<String, Double> before = evaluate(task);
            changeBackbone(task);
            if (remembers) {
                assertEquals(before, evaluate(task));
            } else {
                assertNotEquals(before, evaluate(task));
            }
        }
    }
}
