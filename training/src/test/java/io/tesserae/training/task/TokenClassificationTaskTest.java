package io.tesserae.training.task;

import static io.tesserae.training.task.TaskRun.assertRefused;
import static io.tesserae.training.task.TaskRun.file;
import static io.tesserae.training.task.TaskRun.fixture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoModelForTokenClassification;
import io.tesserae.training.tape.Tape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenClassificationTaskTest {

    @TempDir
    Path folder;

    private Path twenty() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            lines.append(i % 2 == 0 ? "project B-PER\nembed I-PER\n" : "travel B-LOC\n")
                    .append("is O\nlate O\n\n");
        }
        return file(folder, "train.conll", lines.toString());
    }

    @Test
    void learnsLabelsOfTheData() throws IOException {
        Path data = twenty();
        Path output = folder.resolve("out");
        try (TokenClassificationTask task = TokenClassificationTask.open(fixture("bert-base"), data, data)) {
            assertTrue(task.notices().getFirst().startsWith("classifier.weight, classifier.bias begin anew"));
            assertEquals(
                    "pooler.dense.bias, pooler.dense.weight of the checkpoint are left behind: they are no part of what"
                            + " is trained, and are not saved",
                    task.notices().getLast());
            Map<String, Double> metrics = TaskRun.trainAndEvaluateAgain(
                    task, output, 5e-3, saved -> TokenClassificationTask.open(saved, data, data));
            assertEquals(List.of("loss", "precision", "recall", "f1", "accuracy"), List.copyOf(metrics.keySet()));
            assertTrue(metrics.get("f1") > 0.5, metrics.toString());
        }
        AutoModelForTokenClassification model = AutoModelForTokenClassification.fromPretrained(output);
        assertEquals("I-PER", model.config().labels().label(2));
        assertEquals(4, model.config().labelCount());
    }

    @Test
    void keepsLabelsOfTheCheckpointAndRefusesOthers() throws IOException {
        Path good = file(folder, "good.conll", "Anna B-PER\nsings O\n");
        Path bad = file(folder, "bad.conll", "Anna B-PER\nsings VERB\n");
        try (TokenClassificationTask task = TokenClassificationTask.open(fixture("distilbert-ner"), good, good)) {
            assertEquals(List.of(), task.notices());
            assertTrue(task.origin(0).endsWith("good.conll, line 1"));
        }
        assertRefused(
                () -> TokenClassificationTask.open(fixture("distilbert-ner"), good, bad),
                "bad.conll, line 2",
                "I-LOC",
                "VERB");
    }

    @Test
    void refusesEmptyFilesAndLinesWithoutTags() throws IOException {
        Path good = twenty();
        Path empty = file(folder, "empty.conll", "\n\n");
        Path untagged = file(folder, "untagged.conll", "Anna\n");
        assertRefused(() -> TokenClassificationTask.open(fixture("bert-base"), empty, good), "empty.conll");
        assertRefused(
                () -> TokenClassificationTask.open(fixture("bert-base"), good, untagged),
                "untagged.conll, line 1",
                "expected a word and its tag");
    }

    @Test
    void sentencesWhoseWordsHaveNoTokensCountForNothing() throws IOException {
        Path data = file(folder, "train.conll", "\u200b O\n\nproject B-PER\n"); // the tokenizer drops the first
        try (TokenClassificationTask task = TokenClassificationTask.open(fixture("bert-base"), data, data)) {
            try (Tape tape = Tape.recording(TaskRun.setting(), null)) {
                assertEquals(0f, task.loss(tape, new int[] {0}, 0).value().data()[0]);
                assertTrue(task.loss(tape, new int[] {1}, 0).value().data()[0] > 0);
            }
        }
    }
}
