package io.tesserae.training.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.model.episode.Actions;
import io.tesserae.model.episode.Episode;
import io.tesserae.model.episode.Observations;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.data.Dataset;
import io.tesserae.training.data.episode.Demonstration;
import io.tesserae.training.data.episode.PhotoText;
import io.tesserae.training.data.episode.TrainingSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One network learns to act in two environments, and what two photos show. */
class GeneralistTaskTest {

    private static final Path CHECKPOINT = TaskRun.fixture("jat/grid");

    @TempDir
    Path folder;

    private final Random random = new Random(1);

    /** A cart that is pushed to where it leans; the pushes that were made are wrong now and then, the labels are not. */
    private Demonstration pushes(int steps) {
        Tensor seen = Tensor.zeros(steps, 2);
        int[] labels = new int[steps];
        int[] done = new int[steps];
        for (int step = 0; step < steps; step++) {
            seen.data()[2 * step] = (float) random.nextGaussian();
            seen.data()[2 * step + 1] = (float) random.nextGaussian();
            labels[step] = seen.data()[2 * step] > 0 ? 1 : 0;
            done[step] = random.nextInt(5) == 0 ? 1 - labels[step] : labels[step];
        }
        Episode episode = new Episode(new Observations.Continuous(seen), new Actions.Discrete(done), new float[steps]);
        return new Demonstration(episode, new Actions.Discrete(labels));
    }

    /** A lever that is to be pulled back as far as it is off. */
    private Demonstration pulls(int steps) {
        Tensor seen = Tensor.zeros(steps, 3);
        Tensor done = Tensor.zeros(steps, 1);
        for (int step = 0; step < steps; step++) {
            for (int i = 0; i < 3; i++) {
                seen.data()[3 * step + i] = (float) random.nextGaussian();
            }
            done.data()[step] = -seen.data()[3 * step];
        }
        return Demonstration.of(
                new Episode(new Observations.Continuous(seen), new Actions.Continuous(done), new float[steps]));
    }

    private List<PhotoText> photos() {
        Tensor dark = Tensor.zeros(3, 8, 8);
        Tensor bright = Tensor.zeros(3, 8, 8);
        java.util.Arrays.fill(bright.data(), 1f);
        return List.of(PhotoText.of(dark, new int[] {7, 20, 21}), PhotoText.of(bright, new int[] {7, 30, 31}));
    }

    private List<TrainingSource> sources() {
        List<Demonstration> pushes = new ArrayList<>();
        List<Demonstration> pulls = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            pushes.add(pushes(20));
            pulls.add(pulls(12));
        }
        return List.of(
                new TrainingSource.Episodes("cart", 2, 1, pushes),
                new TrainingSource.Episodes("lever", 2, 1, pulls),
                new TrainingSource.Texts("photos", 1, 1, Dataset.of(photos())));
    }

    private static GeneralistTask task(Path checkpoint, List<TrainingSource> sources) {
        return GeneralistTask.open(
                NetworkSource.pretrained(checkpoint),
                NetworkOptions.DEFAULTS,
                sources,
                sources,
                new GeneralistTask.Options(8, 160));
    }

    @Test
    void learnsAllSourcesTogetherAndIsSavedAsItIs() {
        List<TrainingSource> sources = sources();
        Map<String, Double> metrics = TaskRun.trainAndEvaluateAgain(
                task(CHECKPOINT, sources), folder.resolve("out"), 3e-3, saved -> task(saved, sources));
        assertEquals(
                List.of("loss", "loss_cart", "accuracy_cart", "loss_lever", "loss_photos"),
                List.copyOf(metrics.keySet()));
        assertTrue(metrics.get("accuracy_cart") > 0.9, metrics::toString);
    }
}
