package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.pipelines.image.ImageClassificationOptions;
import io.tesserae.pipelines.image.ImageClassificationPipeline;
import io.tesserae.pipelines.image.ImageFeatureExtractionPipeline;
import io.tesserae.pipelines.task.Classification;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole answers, from a picture's file to the scores, against the reference's pipelines. */
class ImagePipelinesTest {

    private static final float TOLERANCE = 1e-5f;
    private static final Path IMAGES = Question.TEST_DATA.resolve("fixtures").resolve("images");

    /** Published weights and photos lie beside the repository on some machines, and are not part of it. */
    private static final Path REAL = Path.of("..", "..", "shared", "real");

    /**
     * Its coefficients run over, which libjpeg-turbo's vector instructions and its plain code answer in different ways, and
     * the JDK as the latter: see docs/vision.md. The reference's numbers are those of the former.
     */
    private static final String OVERFLOWING = "images/pillow/hopper_bad_exif.jpg";

    private static final ImageClassificationOptions ALL = ImageClassificationOptions.DEFAULT.withAllLabels();

    static List<Path> fixtures() throws IOException {
        try (Stream<Path> folders = Files.list(Question.TEST_DATA.resolve("fixtures"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("preprocessor_config.json")))
                    .filter(folder -> parse(folder.resolve("expected.json"))
                            .getAsJsonObject()
                            .get("task")
                            .toString()
                            .contains("image-classification"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void aFixtureAnswersAsTheReferenceDoes(Path folder) {
        JsonObject expected = parse(folder.resolve("expected.json")).getAsJsonObject();
        JsonArray inputs = expected.getAsJsonArray("inputs");
        try (ImageClassificationPipeline pipeline = Pipelines.imageClassification(folder)) {
            List<ImageInput> images = inputs.asList().stream()
                    .map(name -> ImageInput.of(folder.resolve(name.getAsString())))
                    .toList();
            List<List<Classification>> answers = pipeline.classify(images, ALL.withTopK(3));
            for (int i = 0; i < images.size(); i++) {
                assertLabels(
                        images.get(i).name(),
                        expected.getAsJsonArray("pipeline").get(i).getAsJsonArray(),
                        answers.get(i));
            }
        }
    }

    @Test
    void theBundledModelAnswersAsTheReferenceDoesInBatchesOfAnySize() {
        List<ImageInput> images = new ArrayList<>();
        List<List<Classification>> alone = new ArrayList<>();
        try (ImageClassificationPipeline pipeline = Pipelines.imageClassification(BundledModel.PHOTOS)) {
            for (JsonObject expected : answers()) {
                Path file = IMAGES.resolve(expected.get("image").getAsString());
                images.add(ImageInput.of(file));
                alone.add(pipeline.classify(List.of(ImageInput.of(file)), ALL).getFirst());
                assertLabels(file.toString(), expected.getAsJsonArray("labels"), alone.getLast());
                assertEquals(alone.getLast().getFirst(), pipeline.classify(file));
                assertEquals(alone.getLast().getFirst(), pipeline.classify(ImageFiles.read(file)));
            }
            // Records compare floats by their bits.
            for (int batchSize : new int[] {0, 1, 2, 3, 100}) {
                assertEquals(alone, pipeline.classify(images, ALL.withBatchSize(batchSize)), "batch of " + batchSize);
            }
            assertEquals(
                    List.of(5, 1, 10),
                    Stream.of(ImageClassificationOptions.DEFAULT, ALL.withTopK(1), ALL.withTopK(99))
                            .map(options -> pipeline.classify(images, options)
                                    .getFirst()
                                    .size())
                            .toList());
        }
    }

    /** One pipeline, many threads: every answer to the last bit that of a single thread. */
    @Test
    void threadsDoNotDisturbEachOther() throws Exception {
        List<ImageInput> images = answers().stream()
                .map(expected ->
                        ImageInput.of(IMAGES.resolve(expected.get("image").getAsString())))
                .toList();
        try (ImageClassificationPipeline pipeline = Pipelines.imageClassification(BundledModel.PHOTOS);
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<List<Classification>> alone = pipeline.classify(images, ALL);
            List<Future<List<List<Classification>>>> calls = new ArrayList<>();
            for (int call = 0; call < 200; call++) {
                int from = call % images.size();
                int to = Math.min(images.size(), from + 1 + call % 4);
                calls.add(threads.submit(() -> pipeline.classify(images.subList(from, to), ALL)));
            }
            for (int call = 0; call < calls.size(); call++) {
                int from = call % images.size();
                int to = Math.min(images.size(), from + 1 + call % 4);
                assertEquals(alone.subList(from, to), calls.get(call).get());
            }
        }
    }

    @Test
    void featuresAreThoseOfTheReference() {
        try (ImageFeatureExtractionPipeline pipeline =
                Pipelines.imageFeatureExtraction(IMAGES.resolveSibling("vit-base"))) {
            List<ImageInput> images = new ArrayList<>();
            for (JsonObject expected : answers()) {
                images.add(ImageInput.of(IMAGES.resolve(expected.get("image").getAsString())));
            }
            List<Tensor> features = pipeline.extract(images, 3);
            List<Tensor> pooled = pipeline.pool(images, 4);
            int i = 0;
            for (JsonObject expected : answers()) {
                assertArrayEquals(new int[] {17, 24}, features.get(i).shape());
                assertBegins(expected.getAsJsonArray("features_first_token"), features.get(i));
                assertArrayEquals(new int[] {24}, pooled.get(i).shape());
                assertBegins(expected.getAsJsonArray("pooled"), pooled.get(i));
                i++;
            }
        }
    }

    @Test
    void aModelWithoutAPoolerSaysSo() {
        try (ImageFeatureExtractionPipeline pipeline = Pipelines.imageFeatureExtraction(BundledModel.PHOTOS)) {
            List<ImageInput> image = List.of(ImageInput.of(IMAGES.resolve("shapes.png")));
            var error = assertThrows(IllegalArgumentException.class, () -> pipeline.pool(image, 0));
            assertTrue(error.getMessage().contains("no pooler"), error.getMessage());
        }
    }

    @Test
    void aPictureThatCannotBeReadIsNamed() {
        try (ImageClassificationPipeline pipeline = Pipelines.imageClassification(BundledModel.PHOTOS)) {
            var missing = assertThrows(ImageException.class, () -> pipeline.classify(Path.of("no-such.jpg")));
            assertTrue(missing.getMessage().contains("no-such.jpg"), missing.getMessage());
            List<ImageInput> batch = List.of(
                    ImageInput.of(IMAGES.resolve("shapes.png")),
                    ImageInput.of("not a picture".getBytes(), "upload 2"),
                    ImageInput.of(IMAGES.resolve("tiny.png")));
            var broken = assertThrows(ImageException.class, () -> pipeline.classify(batch, ALL));
            assertTrue(broken.getMessage().contains("upload 2"), broken.getMessage());
        }
    }

    /** The published DeiT-tiny on photos and on odd pictures: the reference's first five labels, in its order. */
    @Test
    void theRealModelGivesTheReferencesFiveBestOnRealPictures() {
        assumeTrue(Files.isDirectory(REAL), "published weights are not there");
        Map<String, JsonElement> expected =
                parse(REAL.resolve("deit-tiny/expected.json")).getAsJsonObject().asMap();
        assertEquals(72, expected.size());
        List<String> names = List.copyOf(expected.keySet());
        List<ImageInput> images =
                names.stream().map(name -> ImageInput.of(REAL.resolve(name))).toList();
        try (ImageClassificationPipeline pipeline = Pipelines.imageClassification(REAL.resolve("deit-tiny"))) {
            List<List<Classification>> answers = pipeline.classify(images, ImageClassificationOptions.DEFAULT);
            for (int i = 0; i < names.size(); i++) {
                JsonArray top5 = expected.get(names.get(i)).getAsJsonObject().getAsJsonArray("top5");
                if (names.get(i).equals(OVERFLOWING)) {
                    assertEquals("marimba, xylophone", answers.get(i).getFirst().label());
                } else {
                    assertLabels(names.get(i), top5, answers.get(i), 1e-4f);
                }
            }
        }
    }

    private static void assertLabels(String image, JsonArray expected, List<Classification> found) {
        assertLabels(image, expected, found, TOLERANCE);
    }

    private static void assertLabels(String image, JsonArray expected, List<Classification> found, float tolerance) {
        String what = image + ": expected " + expected + ", found " + found;
        assertEquals(expected.size(), found.size(), what);
        for (int i = 0; i < expected.size(); i++) {
            JsonObject classification = expected.get(i).getAsJsonObject();
            assertEquals(classification.get("label").getAsString(), found.get(i).label(), what);
            assertEquals(classification.get("score").getAsFloat(), found.get(i).score(), tolerance, what);
        }
    }

    private static void assertBegins(JsonArray expected, Tensor found) {
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).getAsFloat(), found.data()[i], 2e-5f);
        }
    }

    /** What testdata/make_photo_answers.py wrote. */
    private static List<JsonObject> answers() {
        return parse(Question.TEST_DATA.resolve("photo-answers.json")).getAsJsonArray().asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private static JsonElement parse(Path file) {
        try {
            return JsonParser.parseString(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
