package io.tesserae.training.task;

import static io.tesserae.training.task.TaskRun.assertRefused;
import static io.tesserae.training.task.TaskRun.file;
import static io.tesserae.training.task.TaskRun.fixture;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.model.TokenBatch;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.tape.Tape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextClassificationTaskTest {

    @TempDir
    Path folder;

    private Path twenty() throws IOException {
        StringBuilder rows = new StringBuilder("sentence\tlabel\n");
        for (int i = 0; i < 20; i++) {
            rows.append(i % 2 == 0 ? "a wonderful project " + i + "\tgood\n" : "late and impossible " + i + "\tbad\n");
        }
        return file(folder, "train.tsv", rows.toString());
    }

    @Test
    void learnsAndSavesWhatInferenceLoadsToTheBit() throws IOException {
        Path data = twenty();
        Path output = folder.resolve("out");
        try (TextClassificationTask task = TextClassificationTask.open(fixture("distilbert-base"), data, data)) {
            assertEquals(
                    "pre_classifier.weight, pre_classifier.bias, classifier.weight, classifier.bias begin anew:"
                            + " the checkpoint has none",
                    task.notices().getFirst());
            assertTrue(task.notices().getLast().startsWith("single_label_classification; labels: "));
            Map<String, Double> metrics = TaskRun.trainAndEvaluateAgain(
                    task, output, 5e-3, saved -> TextClassificationTask.open(saved, data, data));
            assertEquals(1.0, metrics.get("accuracy"));
            AutoModelForSequenceClassification model = AutoModelForSequenceClassification.fromPretrained(output);
            int[] ids = AutoTokenizer.fromPretrained(output)
                    .encode("a wonderful project 4")
                    .inputIds();
            TokenBatch batch = TokenBatch.of(new int[][] {ids, {2, 90, 3}});
            float[] expected = model.forward(batch).logits().data();
            try (Tape tape = Tape.evaluating(TaskRun.setting())) {
                float[] logits = task.logits(tape, batch).value().data();
                assertArrayEquals(Arrays.copyOf(expected, 4), Arrays.copyOf(logits, 4));
            }
            assertEquals("good", model.config().labels().label(1));
        }
    }

    @Test
    void trainsWithoutAnEvaluation() throws IOException {
        TextData data = new TextData(twenty(), Optional.empty(), Columns.RECOGNISED, OptionalInt.empty());
        try (TextClassificationTask task = TextClassificationTask.open(
                NetworkSource.pretrained(fixture("distilbert-base")),
                NetworkOptions.DEFAULTS,
                data,
                TextClassificationTask.Options.DEFAULTS)) {
            assertEquals(0, task.evalExamples());
            assertEquals(20, task.trainExamples());
            assertTrue(task.origin(3).endsWith("train.tsv, line 5"));
        }
    }

    @Test
    void refusesLabelsThatTheModelDoesNotKnow() throws IOException {
        Path data = file(folder, "train.tsv", "text\tlabel\nfine\tPOSITIVE\nso so\tNEUTRAL\n");
        assertRefused(
                () -> TextClassificationTask.open(fixture("distilbert-sst2"), data, data),
                "train.tsv, line 3",
                "NEGATIVE, POSITIVE",
                "NEUTRAL");
    }

    @Test
    void refusesEmptyFilesAndColumnsThatAreNotThere() throws IOException {
        Path good = twenty();
        Path empty = file(folder, "empty.tsv", "");
        Path header = file(folder, "header.tsv", "text\tlabel\n");
        Path other = file(folder, "other.tsv", "words\tlabel\nfine\tgood\n");
        assertRefused(() -> TextClassificationTask.open(fixture("distilbert-base"), empty, good), "empty.tsv");
        assertRefused(
                () -> TextClassificationTask.open(fixture("distilbert-base"), good, header),
                "header.tsv",
                "expected rows after the header, found none");
        assertRefused(() -> TextClassificationTask.open(fixture("distilbert-base"), other, good), "other.tsv", "words");
    }

    @Test
    void refusesTokensAndTypesThatTheModelHasNoEmbeddingsFor() throws IOException {
        Path data = file(folder, "train.tsv", "text\ttext_pair\tlabel\nfine\twonderful\tgood\nlate\tso\tbad\n");
        Path smaller = file(
                folder,
                "config.json",
                Files.readString(fixture("bert-base").resolve("config.json"))
                        .replaceAll("\"vocab_size\": \\d+", "\"vocab_size\": 30")
                        .replaceAll("\"type_vocab_size\": \\d+", "\"type_vocab_size\": 1"));
        NetworkSource source =
                new NetworkSource(NetworkSource.pretrained(fixture("bert-base")).files(), Optional.of(smaller));
        assertRefused(
                () -> TextClassificationTask.open(
                        source,
                        NetworkOptions.DEFAULTS,
                        TextData.of(data, data),
                        TextClassificationTask.Options.DEFAULTS),
                "train.tsv, line 2",
                "expected token ids below 30");
        Path oneType = file(
                folder,
                "config.json",
                Files.readString(fixture("bert-base").resolve("config.json"))
                        .replaceAll("\"type_vocab_size\": \\d+", "\"type_vocab_size\": 1"));
        assertRefused(
                () -> TextClassificationTask.open(
                        new NetworkSource(source.files(), Optional.of(oneType)),
                        NetworkOptions.DEFAULTS,
                        TextData.of(data, data),
                        TextClassificationTask.Options.DEFAULTS),
                "train.tsv, line 2",
                "expected token types below 1");
    }

    @Test
    void refusesLengthsThatTheModelHasNoPositionsFor() throws IOException {
        Path data = twenty();
        for (int length : new int[] {65, 3}) {
            TextData wrong = new TextData(data, Optional.empty(), Columns.RECOGNISED, OptionalInt.of(length));
            assertRefused(
                    () -> TextClassificationTask.open(
                            NetworkSource.pretrained(fixture("distilbert-base")),
                            NetworkOptions.DEFAULTS,
                            wrong,
                            TextClassificationTask.Options.DEFAULTS),
                    "--max-length",
                    "found " + length);
        }
    }
}
