package io.tesserae.training.task;

import static io.tesserae.training.task.TaskRun.assertRefused;
import static io.tesserae.training.task.TaskRun.file;
import static io.tesserae.training.task.TaskRun.fixture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoModelForQuestionAnswering;
import io.tesserae.training.data.table.Columns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuestionAnsweringTaskTest {

    @TempDir
    Path folder;

    private static String row(String question, String context, String answer) {
        String answers = answer.isEmpty()
                ? "{\"text\": [], \"answer_start\": []}"
                : "{\"text\": [\"%s\"], \"answer_start\": [%d]}".formatted(answer, context.indexOf(answer));
        return "{\"question\": \"%s\", \"context\": \"%s\", \"answers\": %s}\n".formatted(question, context, answers);
    }

    private Path twenty(boolean someWithoutAnswer) throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            boolean none = someWithoutAnswer && i % 2 == 1;
            rows.append(row(
                    none ? "who" : "what is late",
                    "so the old return of " + i + ", and it is late: project " + i,
                    none ? "" : "project"));
        }
        return file(folder, "train.jsonl", rows.toString());
    }

    @Test
    void learnsAnswers() throws IOException {
        Path data = twenty(false);
        Path output = folder.resolve("out");
        try (QuestionAnsweringTask task = QuestionAnsweringTask.open(fixture("distilbert-base"), data, data)) {
            assertEquals(
                    List.of("qa_outputs.weight, qa_outputs.bias begin anew: the checkpoint has none"), task.notices());
            Map<String, Double> metrics = TaskRun.trainAndEvaluateAgain(
                    task, output, 1e-2, saved -> QuestionAnsweringTask.open(saved, data, data));
            assertEquals(List.of("loss", "exact_match", "f1"), List.copyOf(metrics.keySet()));
            assertEquals(100.0, metrics.get("exact_match"));
        }
        assertTrue(
                AutoModelForQuestionAnswering.fromPretrained(output).toString().contains("distilbert"));
    }

    @Test
    void learnsThatThereIsNoAnswer() throws IOException {
        Path data = twenty(true);
        try (QuestionAnsweringTask task = QuestionAnsweringTask.open(fixture("bert-base"), data, data)) {
            Map<String, Double> metrics = TaskRun.trainAndEvaluateAgain(
                    task, folder.resolve("out"), 1e-2, saved -> QuestionAnsweringTask.open(saved, data, data));
            assertEquals(100.0, metrics.get("exact_match"));
            assertEquals(100.0, metrics.get("f1"));
        }
    }

    @Test
    void longTextsHaveSeveralWindows() throws IOException {
        Path data = file(
                folder,
                "long.jsonl",
                row("who", "the old project is late ".repeat(20) + "embed", "embed") + row("what", "late", "late"));
        TextData cut = new TextData(data, Optional.of(data), Columns.RECOGNISED, OptionalInt.of(32));
        try (QuestionAnsweringTask task = QuestionAnsweringTask.open(
                NetworkSource.pretrained(fixture("distilbert-squad")),
                NetworkOptions.DEFAULTS,
                cut,
                new QuestionAnsweringTask.Options(8, 20, 30))) {
            assertTrue(task.trainExamples() > 4, task.description());
            assertTrue(task.description().contains("2 questions"), task.description());
            assertTrue(task.origin(0).endsWith("long.jsonl, line 1"));
            assertTrue(task.origin(task.trainExamples() - 1).endsWith("long.jsonl, line 2"));
            assertEquals(3, TaskRun.evaluate(task).size());
        }
    }

    @Test
    void refusesWhatIsNoAnswer() throws IOException {
        Path good = twenty(false);
        Path wrong = file(
                folder,
                "wrong.jsonl",
                "{\"question\": \"who\", \"context\": \"late\", \"answers\": {\"text\": [\"old\"], \"answer_start\": [0]}}\n");
        Path empty = file(folder, "empty.jsonl", "");
        Path columns = file(folder, "columns.jsonl", "{\"question\": \"who\", \"text\": \"late\"}\n");
        assertRefused(
                () -> QuestionAnsweringTask.open(fixture("distilbert-base"), good, wrong),
                "wrong.jsonl, line 1",
                "\"old\" is not at character 0");
        assertRefused(() -> QuestionAnsweringTask.open(fixture("distilbert-base"), empty, good), "empty.jsonl");
        assertRefused(
                () -> QuestionAnsweringTask.open(fixture("distilbert-base"), columns, good),
                "columns.jsonl",
                "context",
                "found the columns");
    }
}
