package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.RgbImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** More texts and pictures at once than the JVM has memory for, in a JVM with little of it. */
class SmallHeapTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures");

    /** What the other JVM does. */
    public static final class Attempts {

        private Attempts() {}

        /** Prints what each attempt threw, and that the pipeline works afterwards. */
        public static void main(String[] arguments) {
            List<String> texts = Collections.nCopies(20_000, "the actors are good ".repeat(7));
            FeatureExtractionPipeline features = Pipelines.featureExtraction(FIXTURES.resolve("distilbert-base"));
            attempt(() -> features.extract(texts, FeatureExtractionOptions.DEFAULT.withBatchSize(texts.size())));
            attempt(() -> features.extract(texts, FeatureExtractionOptions.DEFAULT)); // the answers alone are too many
            attempt(() -> features.extract("the actors"));
            TextClassificationPipeline labels = Pipelines.textClassification(FIXTURES.resolve("distilbert-sst2"));
            attempt(() -> labels.classify(
                            texts.stream().map(TextInput::of),
                            TextClassificationOptions.DEFAULT.withBatchSize(texts.size()))
                    .forEach(_ -> {}));
            attempt(() -> labels.classify("the actors"));
            List<ImageInput> pictures =
                    Collections.nCopies(3_000, ImageInput.of(new RgbImage(8, 8, new byte[3 * 8 * 8])));
            ImageFeatureExtractionPipeline vit = Pipelines.imageFeatureExtraction(FIXTURES.resolve("vit-base"));
            attempt(() -> vit.extract(pictures, pictures.size()));
            attempt(() -> vit.pool(pictures, pictures.size()));
            attempt(() -> vit.extract(pictures.subList(0, 2), 0));
            ImageClassificationPipeline kinds = Pipelines.imageClassification(FIXTURES.resolve("vit-classify"));
            attempt(() -> kinds.classify(pictures, ImageClassificationOptions.DEFAULT.withBatchSize(pictures.size())));
            attempt(() -> kinds.classify(pictures.subList(0, 2), ImageClassificationOptions.DEFAULT));
        }

        private static void attempt(Runnable call) {
            try {
                call.run();
                System.out.println("well");
            } catch (Throwable e) {
                System.out.println(e);
            }
        }
    }

    @Test
    void anExceptionSaysSoAndTheNextCallIsAnswered() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Attempts.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertEquals(0, process.waitFor());
        assertEquals(10, lines.size(), lines.toString());
        for (int i : new int[] {0, 1, 3}) {
            assertRefused(IllegalArgumentException.class, "these texts", lines.get(i));
        }
        for (int i : new int[] {5, 6, 8}) {
            assertRefused(ImageException.class, "pictures", lines.get(i));
        }
        for (int i : new int[] {2, 4, 7, 9}) {
            assertEquals("well", lines.get(i));
        }
    }

    private static void assertRefused(Class<?> exception, String what, String line) {
        assertTrue(line.startsWith(exception.getName() + ": too little memory "), line);
        assertTrue(line.contains(what), line);
        assertTrue(line.contains("Give the JVM more with -Xmx"), line);
    }
}
