package io.tesserae.cli.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainCommandTest {

    private static final String MODEL = Run.fixture("distilbert-sst2");

    @TempDir
    private Path folder;

    private Path train;
    private Path eval;
    private Path out;

    @BeforeEach
    void writeData() throws IOException {
        train = write(
                "train.tsv", "sentence\tlabel\nmoving and funny\t1\na dull film\t0\nconvincing\t1\nlifeless\t0\n");
        eval = write("dev.tsv", "sentence\tlabel\na funny film\t1\ndull\t0\n");
        out = folder.resolve("out");
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Run train(String... further) {
        return trainWith(MODEL, train, further);
    }

    private Run trainWith(String model, Path data, String... further) {
        List<String> arguments = new ArrayList<>(List.of("train", "text-classification", "--model", model));
        arguments.addAll(List.of("--train", data.toString(), "--output-dir", out.toString()));
        arguments.addAll(List.of("--per-device-train-batch-size", "2"));
        arguments.addAll(List.of(further));
        return Run.of(arguments.toArray(String[]::new));
    }

    @Test
    void aLineOfJsonForEachLoggedStepAndEachEvaluation() {
        Run run = train("--eval", eval.toString(), "--max-steps", "4", "--logging-steps", "1", "--output", "json");
        assertEquals(0, run.exitCode(), run.err());
        List<JsonObject> lines = run.lines().stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        List<JsonObject> steps = lines.stream().filter(line -> line.has("loss")).toList();
        assertEquals(
                List.of(1, 2, 3, 4),
                steps.stream().map(line -> line.get("step").getAsInt()).toList());
        steps.forEach(step -> assertEquals(
                List.of("step", "epoch", "loss", "learning_rate", "grad_norm"), List.copyOf(step.keySet())));
        List<JsonObject> evaluations =
                lines.stream().filter(line -> line.has("eval_loss")).toList();
        assertEquals(2, evaluations.size());
        assertTrue(evaluations.getLast().has("eval_accuracy"));
        assertEquals(6, lines.size());
        assertTrue(run.err().contains("labels: NEGATIVE, POSITIVE\n"), run.err());
        assertTrue(run.err().contains("tesserae: step 4 of 4, epoch 2.00, loss "), run.err());
    }

    @Test
    void theModelThatWasTrainedAnswers() {
        Run run = train("--max-steps", "1", "--quiet", "--save-strategy", "no");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("", run.err());
        assertTrue(run.out().matches("metric +value\ntrain_loss +[0-9.]+\nthe model is in .*out\n"), run.out());
        Run answer = Run.of("run", "text-classification", "--model", out.toString(), "a funny film");
        assertTrue(answer.out().matches("(POSITIVE|NEGATIVE) .*\n"), answer.toString());
    }

    @Test
    void underscoresAreTakenForDashes() throws IOException {
        Run run = train("--max_steps=2", "--learning_rate", "1e-3", "--gradient_checkpointing", "True");
        assertEquals(0, run.exitCode(), run.err());
        String arguments = Files.readString(out.resolve("training_args.json"));
        assertTrue(arguments.contains("\"learning_rate\": 0.001"), arguments);
        assertTrue(arguments.contains("\"gradient_checkpointing\": true"), arguments);
        assertEquals("step 2", run.err().replaceAll("(?s).*tesserae: (step 2) of 2.*", "$1"));
    }

    /** What is stopped by its length and goes on has the weights of a run that went through. */
    @Test
    void aRunGoesOn() throws IOException {
        assertEquals(
                0,
                train("--max-steps", "4", "--dropout", "0.1", "--save-steps", "2")
                        .exitCode());
        byte[] whole = Files.readAllBytes(out.resolve("model.safetensors"));
        deleteCheckpoint(4);
        Run resumed = train("--max-steps", "4", "--dropout", "0.1", "--save-steps", "2", "--resume");
        assertEquals(0, resumed.exitCode(), resumed.err());
        assertEquals(-1, Arrays.mismatch(whole, Files.readAllBytes(out.resolve("model.safetensors"))));
        Run other = train("--max-steps", "4", "--dropout", "0.1", "--learning-rate", "1", "--resume");
        assertEquals(1, other.exitCode());
        assertTrue(other.err().contains("learning_rate"), other.err());
    }

    private void deleteCheckpoint(int step) throws IOException {
        Path checkpoint = out.resolve("checkpoint-" + step);
        try (var files = Files.list(checkpoint)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(checkpoint);
    }

    @Test
    void anotherRunIsReplacedOnlyIfSomebodySaysSo() throws IOException {
        assertEquals(0, train("--max-steps", "3", "--save-steps", "3").exitCode());
        Run refused = train("--max-steps", "1");
        assertEquals(1, refused.exitCode());
        assertEquals(
                "tesserae: " + out
                        + ": there is a run already, or a model (checkpoint-3); give --resume to go on with it,"
                        + " --overwrite-output-dir to replace it, or another --output-dir\n",
                refused.err());
        assertEquals(
                0,
                train("--max-steps", "1", "--save-steps", "1", "--overwrite-output-dir")
                        .exitCode());
        assertFalse(Files.exists(out.resolve("checkpoint-3")));
        assertTrue(Files.exists(out.resolve("checkpoint-1")));
        Run itself = trainWith(out.resolve("checkpoint-1").toString(), train, "--overwrite-output-dir");
        assertEquals(1, itself.exitCode());
        assertTrue(itself.err().contains("--model lies there, and would be overwritten"), itself.err());
    }

    @Test
    void newWeightsForAConfigurationAlone() {
        Run run = train(
                "--max-steps",
                "1",
                "--from-scratch",
                Path.of(MODEL, "config.json").toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains(" begin anew\n"), run.err());
    }

    @Test
    void aHeadThatTheModelLacksIsNamed() {
        Run run = trainWith(Run.fixture("distilbert-base"), train, "--max-steps", "1", "--freeze", "distilbert");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("classifier.bias begin anew: the checkpoint has none"), run.err());
    }

    @Test
    void aBarForAPerson() {
        Run run = Run.watched(
                Map.of(),
                "train",
                "text-classification",
                "--model",
                MODEL,
                "--train",
                train.toString(),
                "--eval",
                eval.toString(),
                "--output-dir",
                out.toString(),
                "--max-steps",
                "2");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("2/2"), run.err());
        assertTrue(run.err().contains("examples/s"), run.err());
        assertTrue(run.err().contains("\u001b[Ktesserae: step 1, epoch 1.00, eval_loss "), run.err());
        assertTrue(run.out().contains("eval_accuracy"), run.out());
    }

    @Test
    void whoGetsNoBetterStops() {
        Run run = train(
                "--eval",
                eval.toString(),
                "--learning-rate",
                "0",
                "--max-steps",
                "20",
                "--early-stopping-patience",
                "1");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("tesserae: stopped after step 4"), run.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                        | expected rows, found an empty file",
                "sentence\\tlabel\\n                       | expected rows after the header, found none",
                "sentence\\tlabel\\na film\\tneutral\\n    | line 2: expected one of the 2 labels that the model knows",
                "sentence\\tjudgment\\na film\\t1\\n       | expected a column for the label",
                "sentence\\tlabel\\na film\\n              | line 2",
            })
    void dataThatIsNoGoodIsNamed(String text, String message) throws IOException {
        assertRefused(
                message,
                trainWith(MODEL, write("bad.tsv", text.replace("\\t", "\t").replace("\\n", "\n"))));
    }

    @Test
    void aLineThatIsNoJsonIsNamed() throws IOException {
        Path bad = write("bad.jsonl", "{\"text\": \"a film\", \"label\": 1}\n{\"text\": \"a film\", \"label\"\n");
        assertRefused("bad.jsonl, line 2", trainWith(MODEL, bad));
    }

    @Test
    void whatIsNotThereOrCannotBeTrainedIsNamed() throws IOException {
        assertRefused("there is no such file", trainWith(MODEL, folder.resolve("absent.tsv")));
        assertRefused("no folder './absent'", trainWith("./absent", train));
        assertRefused(
                "model_type: expected one that can be trained", trainWith(Run.fixture("gpt2/writing/model"), train));
        out = write("file", "");
        assertRefused("expected a folder for --output-dir, found a file", train());
        out = out.resolve("below");
        assertRefused("expected a folder that may be written in", train());
    }

    @Test
    void aLossThatIsNoNumberStopsTheRun() {
        Run run =
                train("--max-steps", "20", "--learning-rate", "1e30", "--max-grad-norm", "0", "--save-strategy", "no");
        assertEquals(1, run.exitCode(), run.err());
        String last = run.err().lines().toList().getLast();
        assertTrue(last.matches("tesserae: step \\d+, batch 1: the .* is .*train.tsv, line.*"), last);
        assertFalse(run.err().contains("\tat "), run.err());
    }

    private void assertRefused(String message, Run run) {
        assertEquals(1, run.exitCode(), run.err());
        List<String> lines = run.err().lines().toList();
        assertEquals(1, lines.size(), run.err());
        assertTrue(lines.getFirst().startsWith("tesserae: ") && lines.getFirst().contains(message), run.err());
        assertFalse(Files.isDirectory(out), "nothing is left behind");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--learning-rate -1",
                "--learning-rate NaN",
                "--learning-rate fast",
                "--num-train-epochs 0",
                "--max-steps 0",
                "--per-device-train-batch-size 0",
                "--adam-beta1 1",
                "--label-smoothing-factor 1",
                "--dropout 1.5",
                "--lr-scheduler-type polynomial",
                "--optim adafactor",
                "--eval-strategy sometimes",
                "--eval-strategy epoch --eval-steps 5",
                "--warmup-steps 5 --warmup-ratio 0.1",
                "--load-best-model-at-end",
                "--early-stopping-patience 2",
                "--resume --overwrite-output-dir",
                "--columns text",
                "--columns colour=red",
                "--max-length 0",
                "--problem-type ranking",
                "--threads 0",
                "--seed -1",
                "--output xml",
                "--nonsense",
                "surplus",
            })
    void whatCannotBeIsAMatterOfUsage(String options) {
        assertUsage(train(options.split(" ")));
    }

    @Test
    void whatIsMissingIsAMatterOfUsage() {
        assertUsage(Run.of("train"));
        assertUsage(Run.of("train", "text-classification"));
        assertUsage(Run.of("train", "text-classification", "--train", "x.tsv", "--output-dir", out.toString()));
        Run unknown = Run.of("train", "nonsense");
        assertUsage(unknown);
        assertTrue(unknown.err().startsWith("tesserae train: unknown task 'nonsense'; tasks are text-"), unknown.err());
    }

    private static void assertUsage(Run run) {
        assertEquals(2, run.exitCode(), run.toString());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("tesserae train"), run.err());
        assertEquals("", run.out());
    }
}
