package io.tesserae.benchmarks.scenes;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.attention.CaptionAttentionPipeline;
import io.tesserae.scenes.Scores;
import io.tesserae.scenes.Sentence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The bundled captioner is as good as its page says, and looks at what it names. Scenes and engine are the same bits everywhere, so these are
 * the same numbers on every machine; the floors leave room for another training.
 */
class BundledCaptionerTest {

    private static final Path MODEL =
            Path.of("..", "cli", "src", "main", "resources", "io", "tesserae", "cli", "models", "captions");

    private static final int SCENES = 60;

    private static SceneCaptions captions;

    @BeforeAll
    static void describeScenes() {
        assumeTrue(Files.isDirectory(MODEL), "the captioner is not bundled yet");
        try (CaptionAttentionPipeline pipeline = Pipelines.captionAttention(MODEL)) {
            captions = SceneCaptions.of(pipeline, CaptionerScores.HELD_OUT, SCENES);
        }
    }

    @Test
    void sentencesAreRight() {
        Scores scores = captions.scores(OptionalInt.empty());
        assertTrue(scores.sentences() >= 0.93, scores.table());
        for (Sentence.Fact fact : Sentence.Fact.values()) {
            if (fact != Sentence.Fact.NOTHING) {
                assertTrue(scores.facts(fact) >= 0.95, fact + "\n" + scores.table());
            }
        }
    }

    @Test
    void wordsPointAtTheirThings() {
        Scores scores = captions.scores(OptionalInt.empty());
        assertTrue(scores.pointing(Sentence.Fact.COLOUR) >= 0.9, scores.table());
        assertTrue(scores.pointing(Sentence.Fact.SHAPE) >= 0.9, scores.table());
    }

    @Test
    void theTablesHaveEveryLayer() {
        String tables = CaptionerScores.tables(captions);
        for (int layer = 1; layer <= captions.layers(); layer++) {
            assertTrue(tables.contains("| layer " + layer + " | "), tables);
        }
    }
}
