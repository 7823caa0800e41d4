package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the reference's pipelines answered, in files of JSON. */
public final class ReferenceAnswers {

    public static final float TOLERANCE = 1e-5f;

    /** Further models with answers lie beside the repository on some machines, and are not part of it. */
    private static final Path TINY_MODELS = Path.of("..", "..", "shared", "spec-cases", "tiny-models");

    private ReferenceAnswers() {}

    /** The folder of a checkpoint, unpacked where it is kept compressed. */
    public static Path fixture(String model) {
        return Packed.checkpoint(Question.TEST_DATA.resolve("fixtures").resolve(model));
    }

    /** The cases of a file in testdata. */
    public static List<JsonObject> cases(String file) {
        return objects(parse(Question.TEST_DATA.resolve(file)).getAsJsonObject().getAsJsonArray("cases"));
    }

    /** The same by the names of their models. */
    public static Map<String, List<JsonObject>> casesByModel(String file) {
        return cases(file).stream()
                .collect(Collectors.groupingBy(
                        question -> question.get("model").getAsString(), LinkedHashMap::new, Collectors.toList()));
    }

    /** What a fixture was asked, and its pipeline's answers. */
    public static JsonObject ofFixture(String model) {
        return parse(fixture(model).resolve("expected.json")).getAsJsonObject();
    }

    /** The cases of a task that further models answered; the test is skipped where they are absent. */
    public static List<JsonObject> ofTinyModels(String task) {
        Path file = TINY_MODELS.resolve("pipeline-outputs.json");
        assumeTrue(Files.exists(file), "no further models at " + TINY_MODELS);
        return objects(parse(file).getAsJsonObject().getAsJsonArray("cases")).stream()
                .filter(question -> question.get("task").getAsString().equals(task))
                .toList();
    }

    public static Path tinyModel(JsonObject question) {
        return TINY_MODELS.resolve(question.get("model").getAsString());
    }

    public static List<JsonObject> objects(JsonArray array) {
        return array.asList().stream().map(JsonElement::getAsJsonObject).toList();
    }

    public static List<String> strings(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    private static JsonElement parse(Path file) {
        try {
            return JsonParser.parseString(Packed.text(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
