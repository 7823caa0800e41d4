package io.tesserae.pipelines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.SimilarityFunction;
import io.tesserae.packed.Packed;
import io.tesserae.pipelines.sentence.SearchResult;
import io.tesserae.pipelines.sentence.SemanticIndex;
import io.tesserae.pipelines.sentence.SentenceEmbedding;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole embeddings against those of sentence-transformers: {@code testdata/make_sentence_embedding_answers.py}. */
class SentenceEmbeddingAnswersTest {

    /** Of vectors whose largest number is 1, or less; of larger ones, a part. */
    private static final double TOLERANCE = 2e-6;

    private static final Path SPECIFICATION =
            Path.of("..", "..", "shared", "spec-cases", "tiny-models", "sentence-bert");

    private static final JsonObject ANSWERS = parse(Question.TEST_DATA.resolve("sentence-embedding-answers.json"));
    private static final List<String> TEXTS = strings(ANSWERS.getAsJsonArray("texts"));

    @TempDir
    private Path temporary;

    private static JsonObject parse(Path file) {
        try {
            return JsonParser.parseString(Packed.text(file)).getAsJsonObject();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> strings(JsonArray array) {
        return array.asList().stream().map(JsonElement::getAsString).toList();
    }

    static Stream<Arguments> cases() {
        return ANSWERS.getAsJsonArray("cases").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .map(found -> Arguments.of(found.get("name").getAsString(), found));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void embeddingsAreThoseOfTheReference(String name, JsonObject expected) throws IOException {
        Path folder = SentenceEncoderFolder.copyTo(temporary)
                .with(expected.getAsJsonObject("files"))
                .folder();
        List<String> texts = TEXTS.subList(0, expected.get("texts").getAsInt());
        try (SentenceEmbeddingPipeline pipeline = Pipelines.sentenceEmbedding(folder)) {
            assertEquals(expected.get("max_length").getAsInt(), pipeline.maxLength());
            assertEquals(expected.get("dimensions").getAsInt(), pipeline.dimensions());
            for (JsonElement element : expected.getAsJsonArray("calls")) {
                JsonObject call = element.getAsJsonObject();
                SentenceEmbeddingOptions options = options(call);
                List<float[]> found = pipeline.embed(texts, options);
                List<float[]> reference = embeddings(call);
                assertEquals(reference.size(), found.size());
                for (int i = 0; i < found.size(); i++) {
                    assertClose(reference.get(i), found.get(i), options + ": " + texts.get(i));
                }
                for (int batchSize : new int[] {1, 2, 7, 1000}) {
                    assertSameBits(found, pipeline.embed(texts, options.withBatchSize(batchSize)));
                }
                assertSameBits(found, pipeline.embed(texts.stream(), options).toList());
            }
        }
    }

    /** The layout of all-mpnet-base-v2: the mean of the tokens, to unit length. */
    @Test
    void anMpnetAnswersAsTheReferenceDoes() throws IOException {
        Path folder = ReferenceAnswers.fixture("mpnet/sentence");
        List<String> texts = ReferenceAnswers.strings(
                ReferenceAnswers.ofFixture("mpnet/sentence").get("inputs"));
        try (SafetensorsFile expected = SafetensorsFile.open(Packed.file(folder.resolve("expected.safetensors")));
                SentenceEmbeddingPipeline pipeline = Pipelines.sentenceEmbedding(folder)) {
            assertEquals(32, pipeline.maxLength());
            List<float[]> found = pipeline.embed(texts, SentenceEmbeddingOptions.DEFAULT);
            for (int i = 0; i < texts.size(); i++) {
                float[] reference = new float[pipeline.dimensions()];
                expected.read("out.sentence_embedding", (long) i * reference.length, reference, 0, reference.length);
                assertClose(reference, found.get(i), texts.get(i));
            }
        }
    }

    private static SentenceEmbeddingOptions options(JsonObject call) {
        SentenceEmbeddingOptions options = SentenceEmbeddingOptions.DEFAULT;
        if (call.has("prompt")) {
            options = options.withPrompt(call.get("prompt").getAsString());
        }
        if (call.has("prompt_name")) {
            options = options.withPromptName(call.get("prompt_name").getAsString());
        }
        if (call.has("dimensions")) {
            options = options.withDimensions(call.get("dimensions").getAsInt());
        }
        return options.withNormalize(call.has("normalize"));
    }

    private static List<float[]> embeddings(JsonObject call) {
        int width = call.get("width").getAsInt();
        ByteBuffer bytes = ByteBuffer.wrap(
                        Base64.getDecoder().decode(call.get("embeddings").getAsString()))
                .order(ByteOrder.LITTLE_ENDIAN);
        List<float[]> rows = new ArrayList<>();
        while (bytes.hasRemaining()) {
            float[] row = new float[width];
            for (int i = 0; i < width; i++) {
                row[i] = bytes.getFloat();
            }
            rows.add(row);
        }
        return rows;
    }

    private static void assertClose(float[] expected, float[] found, String what) {
        assertEquals(expected.length, found.length, what);
        double largest = 1;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < found.length; i++) {
            assertEquals(expected[i], found[i], TOLERANCE * largest, what + " at " + i);
        }
    }

    private static void assertSameBits(List<float[]> expected, List<float[]> found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), found.get(i));
        }
    }

    /** What the fixture itself holds: the same as the first case, made by transformers alone. */
    @Test
    void theFixtureAgrees() throws IOException {
        List<String> texts = strings(
                parse(SentenceEncoderFolder.FIXTURE.resolve("expected.json")).getAsJsonArray("inputs"));
        try (SentenceEmbeddingPipeline pipeline = Pipelines.sentenceEmbedding(SentenceEncoderFolder.FIXTURE);
                SafetensorsFile file = SafetensorsFile.open(
                        Packed.file(SentenceEncoderFolder.FIXTURE.resolve("expected.safetensors")))) {
            for (int i = 0; i < texts.size(); i++) {
                float[] expected = new float[24];
                file.read("out.sentence_embedding", i * 24L, expected, 0, 24);
                assertClose(expected, pipeline.embed(texts.get(i)), texts.get(i));
            }
        }
    }

    /** A model that sentence-transformers 6.0 saved, in its newest layout; it lies beside the repository on some machines. */
    @Test
    void theNewestLayoutAgrees() throws IOException {
        assumeTrue(Files.exists(SPECIFICATION), "no " + SPECIFICATION);
        JsonObject expected = parse(SPECIFICATION.resolve("reference-embeddings.json"));
        List<String> texts = strings(expected.getAsJsonArray("sentences"));
        try (SentenceEmbeddingPipeline pipeline = Pipelines.sentenceEmbedding(SPECIFICATION)) {
            List<float[]> found = pipeline.embed(texts);
            for (int i = 0; i < texts.size(); i++) {
                float[] reference =
                        floats(expected.getAsJsonArray("mean+normalize").get(i).getAsJsonArray());
                assertClose(reference, found.get(i), texts.get(i));
            }
        }
    }

    private static float[] floats(JsonArray array) {
        float[] floats = new float[array.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = array.get(i).getAsFloat();
        }
        return floats;
    }

    @ParameterizedTest
    @EnumSource
    void similaritiesAndSearchesAreThoseOfTheReference(SimilarityFunction function) throws IOException {
        SentenceEncoderFolder.copyTo(temporary)
                .with(
                        "config_sentence_transformers.json",
                        "{\"similarity_fn_name\": \"" + function.configName() + "\"}")
                .with("modules.json", """
                        [{"name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                         {"name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]""");
        JsonObject expected = ANSWERS.getAsJsonObject("similarities").getAsJsonObject(function.configName());
        int few = ANSWERS.get("few").getAsInt();
        try (SentenceEmbeddingPipeline pipeline = Pipelines.sentenceEmbedding(temporary)) {
            assertEquals(function, pipeline.similarityFunction());
            List<float[]> embeddings = pipeline.embed(TEXTS.subList(0, few));
            SemanticIndex index = SemanticIndex.of(pipeline.embed(TEXTS.subList(few, TEXTS.size())), function);
            for (int i = 0; i < few; i++) {
                JsonArray row = expected.getAsJsonArray("pairs").get(i).getAsJsonArray();
                for (int j = 0; j < few; j++) {
                    float score = row.get(j).getAsFloat();
                    float found = pipeline.similarity(embeddings.get(j), embeddings.get(i));
                    assertEquals(score, found, 1e-5 * Math.max(1, Math.abs(score)), i + " and " + j);
                }
                assertResults(
                        expected.getAsJsonArray("search").get(i).getAsJsonArray(), index.search(embeddings.get(i), 5));
            }
        }
    }

    private static void assertResults(JsonArray expected, List<SearchResult> found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < found.size(); i++) {
            JsonObject result = expected.get(i).getAsJsonObject();
            float score = result.get("score").getAsFloat();
            assertEquals(result.get("corpus_id").getAsInt(), found.get(i).corpusId(), expected + " and " + found);
            assertEquals(score, found.get(i).score(), 2e-5 * Math.max(1, Math.abs(score)));
        }
    }

    @Test
    void whatWasCutOffIsCounted() {
        try (SentenceEmbeddingPipeline pipeline = Pipelines.sentenceEmbedding(SentenceEncoderFolder.FIXTURE)) {
            List<String> texts = List.of("the ".repeat(62), "the ".repeat(67), "");
            List<SentenceEmbedding> embeddings = pipeline.embedAndCount(texts, SentenceEmbeddingOptions.DEFAULT);
            assertEquals(
                    List.of(0, 5, 0),
                    embeddings.stream().map(SentenceEmbedding::truncatedTokens).toList());
            assertArrayEquals(embeddings.get(0).vector(), embeddings.get(1).vector());
            assertEquals(List.of(), pipeline.embed(List.of()));
            assertTrue(pipeline.embed(texts.stream().limit(0), SentenceEmbeddingOptions.DEFAULT)
                    .toList()
                    .isEmpty());
        }
    }
}
