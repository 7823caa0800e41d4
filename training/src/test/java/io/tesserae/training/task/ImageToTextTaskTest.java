package io.tesserae.training.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageToTextTaskTest {

    @TempDir
    Path folder;

    private static Path blip() {
        return TaskRun.fixture("blip/caption");
    }

    private Path captions(String text) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            PictureFolders.picture(folder.resolve(i + ".png"), i % 2 == 0 ? Color.RED : Color.BLUE, i);
            lines.append("{\"image\": \"" + i + ".png\", \"text\": \"" + (i % 2 == 0 ? "a dog" : text) + "\"}\n");
        }
        return TaskRun.file(folder, "captions.jsonl", lines.toString());
    }

    @Test
    void learnsCaptionsAndSavesThemToTheBit() throws IOException {
        Path data = captions("two cats on a");
        try (ImageToTextTask task = ImageToTextTask.open(blip(), data, data)) {
            assertTrue(task.origin(3).endsWith("3.png"));
            Map<String, Double> metrics = TaskRun.trainAndEvaluateAgain(
                    task, folder.resolve("out"), 5e-3, saved -> ImageToTextTask.open(saved, data, data));
            assertEquals(StrictMath.exp(metrics.get("loss")), metrics.get("perplexity"));
            assertTrue(metrics.get("accuracy") > 0.2, metrics.toString());
        }
    }

    @Test
    void saysWhichPictureIsMissing() throws IOException {
        Path data = TaskRun.file(folder, "captions.jsonl", "{\"image\": \"none.png\", \"text\": \"a dog\"}\n");
        TaskRun.assertRefused(() -> ImageToTextTask.open(blip(), data, data), "line 1", "none.png");
    }
}
