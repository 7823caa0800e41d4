package io.tesserae.training.task;

import static io.tesserae.training.task.TaskRun.assertRefused;
import static io.tesserae.training.task.TaskRun.file;
import static io.tesserae.training.task.TaskRun.fixture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.AutoModelForMaskedLM;
import io.tesserae.training.Trainer;
import io.tesserae.training.TrainingArguments;
import io.tesserae.training.data.table.Columns;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskedLanguageTaskTest {

    @TempDir
    Path folder;

    private Path twenty() throws IOException {
        return file(folder, "train.txt", "the old project is late and impossible\n".repeat(20));
    }

    private static MaskedLanguageTask open(Path checkpoint, Path data, float probability) {
        return MaskedLanguageTask.open(
                NetworkSource.pretrained(checkpoint),
                NetworkOptions.DEFAULTS,
                TextData.of(data, data),
                new MaskedLanguageTask.Options(probability));
    }

    @Test
    void learnsWords() throws IOException {
        Path data = twenty();
        Path output = folder.resolve("out");
        try (MaskedLanguageTask task = open(fixture("distilbert-mlm"), data, 0.3f)) {
            assertEquals(List.of(), task.notices());
            Map<String, Double> metrics =
                    TaskRun.trainAndEvaluateAgain(task, output, 1e-2, saved -> open(saved, data, 0.3f));
            assertEquals(List.of("loss", "accuracy", "perplexity"), List.copyOf(metrics.keySet()));
            assertEquals(Math.exp(metrics.get("loss")), metrics.get("perplexity"), 1e-9);
        }
        assertTrue(AutoModelForMaskedLM.fromPretrained(output).toString().contains("distilbert"));
    }

    @Test
    void aBatchInWhichNothingIsHiddenCostsNothing() throws IOException {
        Path data = file(folder, "train.txt", "late\n");
        TextData withoutEvaluation = new TextData(data, Optional.empty(), Columns.RECOGNISED, OptionalInt.empty());
        try (MaskedLanguageTask task = MaskedLanguageTask.open(
                NetworkSource.pretrained(fixture("distilbert-mlm")),
                NetworkOptions.DEFAULTS,
                withoutEvaluation,
                new MaskedLanguageTask.Options(1e-6f))) {
            try (Tape tape = Tape.recording(TaskRun.setting(), null)) {
                Variable loss = task.loss(tape, new int[] {0}, 0);
                assertEquals(0f, loss.value().data()[0]);
            }
            new Trainer(task, TrainingArguments.of(folder.resolve("out")).withNumTrainEpochs(2)).train();
            assertTrue(Files.exists(folder.resolve("out").resolve("model.safetensors")));
        }
        assertRefused(() -> open(fixture("distilbert-mlm"), data, 1e-6f), "train.txt", "nothing of its 1 texts is");
    }

    @Test
    void masksOfEvaluationsStay() throws IOException {
        Path data = twenty();
        try (MaskedLanguageTask task = open(fixture("bert-mlm"), data, 0.15f)) {
            assertEquals(TaskRun.evaluate(task), TaskRun.evaluate(task));
            try (Tape tape = Tape.recording(TaskRun.setting(), null)) {
                int[] all = EvaluationBatches.all(20);
                float first = task.loss(tape, all, 0).value().data()[0];
                float again = task.loss(tape, all, 0).value().data()[0];
                float later = task.loss(tape, all, 1).value().data()[0];
                assertEquals(first, again);
                assertTrue(first != later, "masks of the next epoch are others");
            }
        }
    }

    @Test
    void refusesEmptyFilesAndVocabulariesThatAreTooSmall() throws IOException {
        Path good = twenty();
        Path empty = file(folder, "empty.txt", "");
        assertRefused(() -> MaskedLanguageTask.open(fixture("distilbert-mlm"), empty, good), "empty.txt");
        Path smaller = file(
                folder,
                "config.json",
                Files.readString(fixture("distilbert-mlm").resolve("config.json"))
                        .replaceAll("\"vocab_size\": \\d+", "\"vocab_size\": 800"));
        NetworkSource source = new NetworkSource(
                NetworkSource.pretrained(fixture("distilbert-mlm")).files(), Optional.of(smaller));
        assertRefused(
                () -> MaskedLanguageTask.open(
                        source, NetworkOptions.DEFAULTS, TextData.of(good, good), MaskedLanguageTask.Options.DEFAULTS),
                "vocab_size: expected 818 or more",
                "found 800");
    }
}
