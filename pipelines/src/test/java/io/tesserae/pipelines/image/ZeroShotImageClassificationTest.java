package io.tesserae.pipelines.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ImageInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole pipelines: pictures and labels to the reference's answers, in its order. */
class ZeroShotImageClassificationTest {

    private static final Path TESTDATA = Path.of("..", "testdata");

    private static final float TOLERANCE = 2e-5f;

    private static ZeroShotImageClassificationPipeline open(String family) {
        return Pipelines.zeroShotImageClassification(Packed.checkpoint(folder(family)));
    }

    private static Path folder(String family) {
        return TESTDATA.resolve("fixtures").resolve(family).resolve("pipeline");
    }

    private static JsonArray cases(String family) throws IOException {
        return JsonParser.parseString(Files.readString(folder(family).resolve("expected.json")))
                .getAsJsonObject()
                .getAsJsonArray("pipeline");
    }

    private static ImageInput image(JsonElement expected) {
        String name = expected.getAsJsonObject().get("image").getAsString();
        return ImageInput.of(TESTDATA.resolve("images").resolve(name));
    }

    private static ZeroShotImageClassificationOptions options(JsonElement expected) {
        JsonObject asked = expected.getAsJsonObject();
        List<String> labels = StreamSupport.stream(
                        asked.getAsJsonArray("candidate_labels").spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
        var options = ZeroShotImageClassificationOptions.DEFAULT.withCandidateLabels(labels);
        return asked.has("hypothesis_template")
                ? options.withHypothesisTemplate(
                        asked.get("hypothesis_template").getAsString())
                : options;
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip", "siglip"})
    void everyAnswerIsTheReferences(String family) throws IOException {
        try (var pipeline = open(family)) {
            for (JsonElement expected : cases(family)) {
                List<Classification> answer = pipeline.classify(image(expected), options(expected));
                JsonArray labels = expected.getAsJsonObject().getAsJsonArray("answer");
                assertEquals(labels.size(), answer.size());
                for (int i = 0; i < labels.size(); i++) {
                    JsonObject label = labels.get(i).getAsJsonObject();
                    assertEquals(label.get("label").getAsString(), answer.get(i).label());
                    assertEquals(label.get("score").getAsFloat(), answer.get(i).score(), TOLERANCE);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip", "siglip"})
    void picturesTogetherHaveTheAnswersOfEachAlone(String family) throws IOException {
        try (var pipeline = open(family)) {
            JsonArray cases = cases(family);
            var options = options(cases.get(0));
            List<ImageInput> images = StreamSupport.stream(cases.spliterator(), false)
                    .map(ZeroShotImageClassificationTest::image)
                    .toList();
            List<List<Classification>> alone = images.stream()
                    .map(image -> pipeline.classify(image, options))
                    .toList();
            assertEquals(alone, pipeline.classify(images, options));
            assertEquals(alone, pipeline.classify(images, options.withBatchSize(1)));
            assertEquals(alone, pipeline.classify(images.stream(), options).toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip", "siglip"})
    void whatCannotBeAskedIsRefused(String family) throws IOException {
        try (var pipeline = open(family)) {
            ImageInput image = image(cases(family).get(0));
            var none = ZeroShotImageClassificationOptions.DEFAULT;
            assertThrows(IllegalArgumentException.class, () -> pipeline.classify(image, none));
            assertThrows(IllegalArgumentException.class, () -> none.withHypothesisTemplate("no place"));
            assertThrows(IllegalArgumentException.class, () -> none.withBatchSize(-1));
            assertThrows(IllegalArgumentException.class, () -> none.withCandidateLabels(null));
        }
    }
}
