package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints, good and bad, as the commands meet them. */
class CheckpointTest {

    @TempDir
    private Path folder;

    @Test
    void aFolderIsInspected() {
        Run run = Run.of("inspect", Run.fixture("distilbert-mnli"));
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("architecture  DistilBertForSequenceClassification\n"), run.out());
        assertTrue(run.out().contains("runs here     yes\n"), run.out());
        assertTrue(
                run.out().matches("(?s).*\nweights       [\\d,]+ parameters \\(F32\\) in \\d+ tensors, .*"), run.out());
    }

    @Test
    void modelsOfPicturesAreInspected() {
        Run run = Run.of("inspect", Run.fixture("deit-distilled"));
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("architecture  DeiTForImageClassificationWithTeacher\n"), run.out());
        assertTrue(run.out().contains("image_size 32, patch_size 8, num_channels 3\n"), run.out());
        assertTrue(run.out().contains("\nlabels        5: cat; dog; "), run.out());
        assertTrue(run.out().contains("runs here     yes\n"), run.out());
        assertTrue(run.out().contains("\npictures      resized to 38 x 38, bicubic, cropped to 32 x 32\n"), run.out());
        assertTrue(!run.out().contains("tokenizer"), run.out());
    }

    @Test
    void modelsThatContinueTextsAreInspectedAndMeasured() {
        Run inspected = Run.of("inspect", Run.fixture("gpt2/writing/model"));
        assertEquals(0, inspected.exitCode(), inspected.err());
        assertTrue(inspected.out().contains("architecture  GPT2LMHeadModel\n"), inspected.out());
        assertTrue(
                inspected.out().contains("n_layer 2, n_embd 16, n_head 2, n_positions 40, vocab_size 300\n"),
                inspected.out());
        assertTrue(inspected.out().contains("runs here     yes\n"), inspected.out());
        Run measured =
                Run.of("bench", "--model", Run.fixture("gpt2/writing/model"), "--seconds", "0.01", "--output", "json");
        assertEquals(0, measured.exitCode(), measured.err());
        JsonObject json = JsonParser.parseString(measured.out()).getAsJsonObject();
        assertEquals(40, json.get("tokens").getAsInt()); // all positions that it has
    }

    /** In a bias it is seen when the model is loaded, in a word's row when a text has the word. */
    @ParameterizedTest
    @CsvSource({"classifier.bias, '[0]'", "distilbert.embeddings.word_embeddings.weight, '[2, 0]'"})
    void aWeightThatIsNoNumberEndsTheRunInOneLine(String tensor, String element) throws IOException {
        Path sst2 = Run.FIXTURES.resolve("distilbert-sst2");
        for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(sst2.resolve(name), folder.resolve(name));
        }
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile file = SafetensorsFile.open(sst2.resolve("model.safetensors"))) {
            for (TensorEntry entry : file.entries()) {
                float[] values = new float[(int) entry.elementCount()];
                file.read(entry.name(), 0, values, 0, values.length);
                if (entry.name().equals(tensor)) {
                    int row = element.equals("[0]") ? 0 : 2; // [CLS], which all texts begin with
                    values[row * values.length / (int) entry.shape()[0]] = Float.NaN;
                }
                writer.addFloats(entry.name(), values, entry.shape());
            }
        }
        writer.write(folder.resolve("model.safetensors"));
        Run run = Run.of("run", "text-classification", "--model", folder.toString(), "a fine film");
        assertEquals(1, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("\"" + tensor + "\"") && run.err().contains("element " + element), run.err());
    }

    @Test
    void benchMeasuresPictures() {
        Run run = Run.of(
                "bench",
                "--model",
                Run.fixture("deit-distilled"),
                "--batch",
                "3",
                "--seconds",
                "0.01",
                "--output",
                "json");
        assertEquals(0, run.exitCode(), run.err());
        JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
        assertEquals(3, json.get("images").getAsInt());
        assertEquals(3 * (2 + 16), json.get("tokens").getAsInt());
        assertTrue(json.get("images_per_s").getAsDouble() > 0);
        for (String option : new String[] {"--length", "--lengths"}) {
            ForwardCommandTest.assertFails(
                    option + " is for models of texts",
                    Run.of("bench", "--model", Run.fixture("vit-base"), option, option.endsWith("s") ? "[5]" : "5"));
        }
    }

    @Test
    void aFileIsInspected() {
        Run run = Run.of(
                "inspect",
                Run.FIXTURES
                        .resolve("distilbert-sst2")
                        .resolve("model.safetensors")
                        .toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(
                run.out().matches("(?s).*\ntensor +type +shape +bytes\n.*classifier.weight +F32 +\\[2, .*"), run.out());
    }

    @Test
    void benchMeasuresARaggedBatch() {
        for (String model : new String[] {"distilbert-sst2", "distilbert-base"}) {
            Run run = Run.of(
                    "bench",
                    "--model",
                    Run.fixture(model),
                    "--lengths",
                    "[5, 17, 1]",
                    "--seconds",
                    "0.01",
                    "--output",
                    "json");
            assertEquals(0, run.exitCode(), run.err());
            JsonObject json = JsonParser.parseString(run.out()).getAsJsonObject();
            assertEquals(23, json.get("tokens").getAsInt());
            assertTrue(json.get("median_ms").getAsDouble() >= json.get("min_ms").getAsDouble());
            assertTrue(json.get("tokens_per_s").getAsDouble() > 0);
        }
    }

    @Test
    void benchRefusesWhatTheModelHasNoPositionsFor() {
        ForwardCommandTest.assertFails(
                "positions", Run.of("bench", "--model", Run.fixture("distilbert-sst2"), "--length", "1000000"));
    }

    @Test
    void aModelThatIsNotThere() {
        for (String name : new String[] {
            "./name", "../name", "/no/such", "~/name", "some/deeper/name", "name/", "a\\b", "C:name", "x.safetensors"
        }) {
            ForwardCommandTest.assertFails(
                    "no folder '" + name + "'", Run.of("run", "sentiment-analysis", "--model", name, "x"));
        }
        for (String name : new String[] {"distilbert-base-uncased", "some/name", "some/name@refs/pr/1"}) {
            ForwardCommandTest.assertFails(
                    "the model \"" + name + "\" is not in the cache",
                    Run.of("run", "sentiment-analysis", "--model", name, "x"));
        }
        ForwardCommandTest.assertFails(
                "nor is there a folder 'distilbert-base-uncased' here", Run.of("inspect", "distilbert-base-uncased"));
        ForwardCommandTest.assertFails("not a folder", Run.of("tokenize", "--model", "pom.xml", "x"));
        ForwardCommandTest.assertFails("config.json", Run.of("inspect", folder.toString()));
        ForwardCommandTest.assertFails(
                "no such file",
                Run.of(
                        "run",
                        "sentiment-analysis",
                        "--input",
                        folder.resolve("absent").toString()));
        ForwardCommandTest.assertFails(
                "is a folder", Run.of("run", "sentiment-analysis", "--input", folder.toString()));
    }

    @Test
    void aTruncatedCheckpoint() throws IOException {
        copyFixture();
        Path weights = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        for (int length : new int[] {0, 7, 100, bytes.length - 1}) {
            Files.write(weights, Arrays.copyOf(bytes, length));
            ForwardCommandTest.assertFails("model.safetensors", classify());
        }
        Files.delete(weights);
        ForwardCommandTest.assertFails("model.safetensors: no such file", classify());
    }

    @Test
    void aVocabularyThatDoesNotFit() throws IOException {
        copyFixture();
        Files.deleteIfExists(folder.resolve("tokenizer.json"));
        Files.writeString(
                folder.resolve("vocab.txt"),
                Files.readString(folder.resolve("vocab.txt")).stripTrailing()
                        + IntStream.range(0, 1000).mapToObj(i -> "\nword" + i).collect(Collectors.joining()));
        ForwardCommandTest.assertFails("vocab", classify());
    }

    @Test
    void configsOfOtherFamiliesAndBrokenOnes() throws IOException {
        copyFixture();
        for (String config : new String[] {
            "{\"model_type\": \"vit\", \"architectures\": [\"ViTForImageClassification\"]}",
            "{\"model_type\": 3}",
            "{}",
            "[]",
            "",
            "{\"model_type\": \"distilbert\", \"dim\": -5}",
            "\u0000\u001b[31m",
            "[".repeat(100_000)
        }) {
            Files.writeString(folder.resolve("config.json"), config);
            ForwardCommandTest.assertFails("config.json", classify());
        }
    }

    private Run classify() {
        return Run.of("run", "text-classification", "--model", folder.toString(), "x");
    }

    private void copyFixture() throws IOException {
        try (Stream<Path> files = Files.list(Run.FIXTURES.resolve("distilbert-sst2"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }
}
