package io.tesserae.pipelines;

import static io.tesserae.otherjvm.OtherJvm.attempt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.otherjvm.OtherJvm;
import io.tesserae.pipelines.image.ImageClassificationOptions;
import io.tesserae.pipelines.image.ImageClassificationPipeline;
import io.tesserae.pipelines.image.ImageFeatureExtractionPipeline;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.pipelines.task.TextInput;
import io.tesserae.pipelines.text.FeatureExtractionOptions;
import io.tesserae.pipelines.text.FeatureExtractionPipeline;
import io.tesserae.pipelines.text.TextClassificationOptions;
import io.tesserae.pipelines.text.TextClassificationPipeline;
import java.io.IOException;
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
    }

    @Test
    void anExceptionSaysSoAndTheNextCallIsAnswered() throws IOException, InterruptedException {
        List<String> lines = OtherJvm.run(Attempts.class, List.of("-Xmx32m", "--add-modules", "jdk.incubator.vector"));
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
