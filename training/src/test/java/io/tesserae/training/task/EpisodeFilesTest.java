package io.tesserae.training.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.training.tape.Tape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of episodes and texts: what is read of them, and what is refused, with line and key. */
class EpisodeFilesTest {

    private static final String CART = """
            {"environment": "cart", "continuous_observations": [[0.5, -1], [0.25, 2e-1], [1, 1]], "discrete_actions": [1, 0, 1], \
            "rewards": [0, 1, 1.5], "labels": [1, 1, 1]}
            """;

    @TempDir
    Path folder;

    private GeneralistTask open(String lines) throws IOException {
        Path file = TaskRun.file(folder, "train.jsonl", lines);
        return GeneralistTask.open(
                NetworkSource.pretrained(TaskRun.fixture("jat/grid")),
                NetworkOptions.DEFAULTS,
                file,
                Optional.of(file),
                new GeneralistTask.Options(2, 0));
    }

    @Test
    void episodesAndTextsAreSources() throws IOException {
        GeneralistTask task = open(CART + """
                {"environment": "lever", "continuous_observations": [[0.5]], "continuous_actions": [[1, 2, 3]], "rewards": [0]}
                {"text": "go to the door"}
                """);
        assertEquals(4, task.trainExamples());
        Map<String, Double> metrics = task.evaluate(TaskRun.setting(), 8);
        assertEquals(
                List.of("loss", "loss_cart", "accuracy_cart", "loss_lever", "loss_texts"),
                List.copyOf(metrics.keySet()));
        try (Tape tape = Tape.recording(TaskRun.setting(), null)) {
            assertEquals(1, task.loss(tape, new int[] {0, 1, 2, 3}, 5).value().size());
        }
        assertEquals("source texts", task.origin(3));
    }

    @Test
    void linesThatAreNoGoodAreRefused() {
        refused(CART + CART.replace("[0.25, 2e-1]", "[0.25]"), "line 2", "continuous_observations: list 2", "found 1");
        refused(CART.replace("[1, 0, 1]", "[1, 0.5, 1]"), "line 1", "discrete_actions", "0.5");
        refused(CART.replace("[1, 0, 1]", "[1, -1, 1]"), "line 1", "discrete_actions", "-1");
        refused(CART.replace("[0, 1, 1.5]", "[0, 1]"), "line 1", "found 3, 3 and 2");
        refused(CART.replace("[0, 1, 1.5]", "[0, 1, \"1\"]"), "line 1", "rewards: number 3");
        refused(CART.replace("\"discrete_actions\"", "\"discrete_action\""), "line 1", "\"discrete_action\"");
        refused(CART.replace("\"labels\": [1, 1, 1]", "\"labels\": [1, 1]"), "line 1", "labels: expected 3");
        refused(CART.replace("\"cart\"", "\"photos\""), "line 1", "environment");
        refused(CART.replace("[1, 0, 1]", "[1, 300, 1]"), "source cart, episode 1", "vocab_size", "300");
        refused("{\"image\": \"none.png\", \"text\": \"a door\"}", "line 1", "image", "none.png");
        refused(
                "{\"environment\": \"room\", \"discrete_observations\": [[1, 2]], \"discrete_actions\": [0], \"rewards\": [0]}",
                "source room, episode 1",
                "max_discrete_value",
                "found 2");
    }

    private void refused(String lines, String... parts) {
        TaskRun.assertRefused(() -> open(lines), parts);
    }
}
