package io.tesserae.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights that are finite, and sums of them that are not: such an answer is refused, for people and for programs. */
class NotFiniteAnswersTest {

    private static final String PICTURE =
            Run.FIXTURES.resolve("images").resolve("shapes.png").toString();

    @TempDir
    private Path folder;

    static Stream<Arguments> tasks() {
        return Stream.of(
                Arguments.of("distilbert-sst2", "classifier.weight", List.of("text-classification", "a fine film")),
                Arguments.of(
                        "distilbert-mnli",
                        "classifier.weight",
                        List.of("zero-shot-classification", "--labels", "film,food", "a fine film")),
                Arguments.of(
                        "bert-mlm", "cls.predictions.transform.LayerNorm.weight", List.of("fill-mask", "the [MASK].")),
                Arguments.of(
                        "distilbert-base",
                        "transformer.layer.1.output_layer_norm.weight",
                        List.of("feature-extraction", "a fine film")),
                Arguments.of(
                        "sentence-embedding",
                        "encoder.layer.1.output.LayerNorm.weight",
                        List.of("sentence-embedding", "a fine film")),
                Arguments.of("vit-classify", "classifier.weight", List.of("image-classification", PICTURE)),
                Arguments.of("vit-base", "layernorm.weight", List.of("image-feature-extraction", PICTURE)));
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void anAnswerThatIsNoNumberIsRefused(String fixture, String tensor, List<String> task) throws IOException {
        overflowing(fixture, tensor);
        for (String format : List.of("text", "json")) {
            Run run = run(task, "--output", format);
            assertEquals(1, run.exitCode(), run.out() + run.err());
            assertEquals("", run.out());
            assertTrue(run.err().contains("the model's answer is no number: "), run.err());
        }
        Run skipping = run(task, "--output", "json", "--on-error", "skip");
        assertEquals(3, skipping.exitCode(), skipping.err());
        JsonObject error = JsonParser.parseString(skipping.out()).getAsJsonObject();
        assertTrue(error.get("error").getAsString().contains("is no number"), skipping.out());
    }

    private Run run(List<String> task, String... options) {
        return Run.of(Stream.of(
                        Stream.of("run", task.getFirst(), "--model", folder.toString()),
                        Arrays.stream(options),
                        task.stream().skip(1))
                .flatMap(part -> part)
                .toArray(String[]::new));
    }

    /** The fixture with a tensor of the largest numbers there are. */
    private void overflowing(String fixture, String tensor) throws IOException {
        Path source = Run.FIXTURES.resolve(fixture);
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        SafetensorsWriter writer = new SafetensorsWriter();
        boolean found = false;
        try (SafetensorsFile file = SafetensorsFile.open(source.resolve("model.safetensors"))) {
            for (TensorEntry entry : file.entries()) {
                float[] values = new float[(int) entry.elementCount()];
                file.read(entry.name(), 0, values, 0, values.length);
                if (entry.name().equals(tensor)) {
                    found = true;
                    Arrays.fill(values, Float.MAX_VALUE);
                }
                writer.addFloats(entry.name(), values, entry.shape());
            }
        }
        assertTrue(found, "there is no tensor " + tensor);
        writer.write(folder.resolve("model.safetensors"));
    }
}
