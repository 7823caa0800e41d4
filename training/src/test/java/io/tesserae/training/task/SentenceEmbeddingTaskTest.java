package io.tesserae.training.task;

import static io.tesserae.training.task.TaskRun.assertRefused;
import static io.tesserae.training.task.TaskRun.file;
import static io.tesserae.training.task.TaskRun.fixture;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.sentence.SentenceTransformer;
import io.tesserae.loaders.sentence.SentenceTransformerConfig;
import io.tesserae.model.PoolingMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentenceEmbeddingTaskTest {

    private static final List<String> WORDS = List.of(
            "project",
            "late",
            "old",
            "wonderful",
            "impossible",
            "travel",
            "create",
            "predict",
            "classify",
            "attend",
            "return",
            "develop",
            "compare",
            "collect",
            "compute",
            "work",
            "valid",
            "of",
            "embed",
            "the");

    @TempDir
    Path folder;

    /** Words, each with itself between others. */
    private Path groups(boolean negatives) throws IOException {
        StringBuilder rows = new StringBuilder(negatives ? "anchor\tpositive\tnegative\n" : "anchor\tpositive\n");
        for (int i = 0; i < WORDS.size(); i++) {
            rows.append(WORDS.get(i)).append("\tis ").append(WORDS.get(i)).append(" so");
            rows.append(negatives ? "\tis " + WORDS.get((i + 1) % WORDS.size()) + "\n" : "\n");
        }
        return file(folder, "groups.tsv", rows.toString());
    }

    private Path scored() throws IOException {
        StringBuilder rows = new StringBuilder("sentence1\tsentence2\tscore\n");
        for (int i = 0; i < WORDS.size(); i++) {
            String word = WORDS.get(i);
            rows.append(word).append(i % 2 == 0 ? "\t" + word + " it\t0.9\n" : "\t" + WORDS.get(i - 1) + "\t0.1\n");
        }
        return file(folder, "scored.tsv", rows.toString());
    }

    @Test
    void learnsGroupsAndSavesASentenceEncoder() throws IOException {
        Path data = groups(true);
        Path output = folder.resolve("out");
        try (SentenceEmbeddingTask task = SentenceEmbeddingTask.open(fixture("distilbert-mlm"), data, data)) {
            assertTrue(
                    task.notices().getFirst().contains("vocab_layer_norm.weight"),
                    task.notices().toString());
            assertTrue(task.notices().getLast().contains("modules.json"));
            Map<String, Double> before = TaskRun.evaluate(task);
            assertEquals(List.of("loss", "accuracy", "mrr"), List.copyOf(before.keySet()));
            Map<String, Double> metrics = TaskRun.trainAndEvaluateAgain(
                    task, output, 5e-3, saved -> SentenceEmbeddingTask.open(saved, data, data));
            assertTrue(metrics.get("mrr") > before.get("mrr") || metrics.get("mrr") == 1, before + " " + metrics);
        }
        SentenceTransformerConfig config = SentenceTransformerConfig.read(ModelFiles.directory(output));
        assertEquals(List.of(PoolingMode.MEAN), config.poolingModes());
        assertEquals(24, config.embeddingDimension().getAsInt());
        assertEquals(64, config.maxSeqLength().getAsInt());
        assertFalse(Files.readString(output.resolve("config.json")).contains("MaskedLM"));
        try (SentenceTransformer model = SentenceTransformer.fromPretrained(output)) {
            assertEquals(24, model.dimensions());
        }
    }

    @Test
    void learnsScoresAndKeepsTheFilesOfTheCheckpoint() throws IOException {
        Path data = scored();
        Path output = folder.resolve("out");
        try (SentenceEmbeddingTask task = SentenceEmbeddingTask.open(fixture("sentence-embedding"), data, data)) {
            Map<String, Double> before = TaskRun.evaluate(task);
            Map<String, Double> metrics = TaskRun.trainAndEvaluateAgain(
                    task, output, 2e-3, saved -> SentenceEmbeddingTask.open(saved, data, data));
            assertEquals(List.of("loss", "pearson_cosine", "spearman_cosine"), List.copyOf(metrics.keySet()));
            assertTrue(metrics.get("loss") < before.get("loss"), before + " " + metrics);
            assertTrue(metrics.get("pearson_cosine") > before.get("pearson_cosine"), before + " " + metrics);
        }
        for (String name : List.of("modules.json", "1_Pooling/config.json", "sentence_bert_config.json")) {
            assertArrayEquals(
                    Files.readAllBytes(fixture("sentence-embedding").resolve(name)),
                    Files.readAllBytes(output.resolve(name)));
        }
    }

    @Test
    void refusesWrongColumnsAndScores() throws IOException {
        Path good = groups(false);
        Path empty = file(folder, "empty.tsv", "");
        Path one = file(folder, "one.tsv", "anchor\tother\nlate\told\n");
        Path five = file(folder, "five.tsv", "sentence1\tsentence2\tscore\nlate\told\t4.5\n");
        Path checkpoint = fixture("sentence-embedding");
        assertRefused(() -> SentenceEmbeddingTask.open(checkpoint, empty, good), "empty.tsv");
        assertRefused(() -> SentenceEmbeddingTask.open(checkpoint, one, good), "one.tsv", "positive", "anchor, other");
        assertRefused(
                () -> SentenceEmbeddingTask.open(checkpoint, five, good), "five.tsv, line 2", "from -1 to 1", "4.5");
        assertRefused(() -> SentenceEmbeddingTask.open(checkpoint, scored(), good), "groups.tsv", "score");
    }
}
