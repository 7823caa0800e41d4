package io.tesserae.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tesserae.engine.Engine;
import io.tesserae.model.SparseVector;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.sentence.SentenceEmbeddingOptions;
import io.tesserae.pipelines.sentence.SentenceEmbeddingPipeline;
import io.tesserae.pipelines.sentence.SparseEmbeddingPipeline;
import io.tesserae.server.model.ServerOptions;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The routes of a model that makes embeddings, as text-embeddings-inference and OpenAI's service have them. */
class EmbeddingRoutesTest {

    private static final SentenceEmbeddingOptions UNIT = SentenceEmbeddingOptions.DEFAULT.withNormalize(true);

    private static Engine engine;
    private static TesseraeServer server;
    private static Client client;
    private static SentenceEmbeddingPipeline pipeline;

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.builder().threads(1).build();
        server = TesseraeServer.start(
                ServerOptions.DEFAULT.withPort(0).withMaxClientBatchSize(4),
                List.of(Fixtures.served("sentence-embedding", engine)));
        client = Client.of(server);
        pipeline = Pipelines.sentenceEmbedding(Fixtures.folder("sentence-embedding"), engine);
    }

    @AfterAll
    static void stop() {
        pipeline.close();
        server.close();
        engine.close();
    }

    private static float[] floats(JsonElement array) {
        JsonArray numbers = array.getAsJsonArray();
        float[] floats = new float[numbers.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.parseFloat(numbers.get(i).getAsString());
        }
        return floats;
    }

    @Test
    void embedsOneTextAsAListOfOne() throws Exception {
        HttpResponse<String> response = client.post("/embed", "{\"inputs\":\"a small text\"}");
        assertEquals(200, response.statusCode(), response.body());
        JsonArray vectors = Client.json(response).getAsJsonArray();
        assertEquals(1, vectors.size());
        assertArrayEquals(pipeline.embed("a small text", UNIT), floats(vectors.get(0)));
    }

    @Test
    void embedsTextsAsTheyAreWhereTheyAreNotNormalized() throws Exception {
        HttpResponse<String> response =
                client.post("/embed", "{\"inputs\":[\"one\",\"another, longer text\"],\"normalize\":false}");
        JsonArray vectors = Client.json(response).getAsJsonArray();
        assertArrayEquals(pipeline.embed("one"), floats(vectors.get(0)));
        assertArrayEquals(pipeline.embed("another, longer text"), floats(vectors.get(1)));
    }

    @Test
    void keepsSoManyDimensions() throws Exception {
        HttpResponse<String> response = client.post("/embed", "{\"inputs\":\"one\",\"dimensions\":3}");
        assertArrayEquals(
                pipeline.embed("one", UNIT.withDimensions(3)),
                floats(Client.json(response).getAsJsonArray().get(0)));
        assertEquals(
                422,
                client.post("/embed", "{\"inputs\":\"one\",\"dimensions\":100000}")
                        .statusCode());
    }

    @Test
    void takesTheIdsOfATextsTokens() throws Exception {
        int[] ids = pipeline.tokenizer().encode("a small text").inputIds();
        HttpResponse<String> response = client.post("/embed", "{\"inputs\":[" + java.util.Arrays.toString(ids) + "]}");
        assertEquals(200, response.statusCode(), response.body());
        assertArrayEquals(
                pipeline.embed("a small text", UNIT),
                floats(Client.json(response).getAsJsonArray().get(0)));
    }

    @Test
    void answersAsOpenAi() throws Exception {
        HttpResponse<String> response =
                client.post("/v1/embeddings", "{\"input\":[\"one\",\"two\"],\"user\":\"somebody\"}");
        assertEquals(200, response.statusCode(), response.body());
        JsonObject answer = Client.json(response).getAsJsonObject();
        assertEquals("list", answer.get("object").getAsString());
        assertEquals("sentence-embedding", answer.get("model").getAsString());
        JsonObject second = answer.getAsJsonArray("data").get(1).getAsJsonObject();
        assertEquals("embedding", second.get("object").getAsString());
        assertEquals(1, second.get("index").getAsInt());
        assertArrayEquals(pipeline.embed("two", UNIT), floats(second.get("embedding")));
        int tokens = pipeline.tokenizer().encode("one").size()
                + pipeline.tokenizer().encode("two").size();
        assertEquals(
                tokens, answer.getAsJsonObject("usage").get("prompt_tokens").getAsInt());
        assertEquals(tokens, answer.getAsJsonObject("usage").get("total_tokens").getAsInt());
    }

    @Test
    void writesBase64AsLittleEndianFloats() throws Exception {
        HttpResponse<String> response =
                client.post("/v1/embeddings", "{\"input\":\"one\",\"encoding_format\":\"base64\"}");
        String base64 = Client.json(response)
                .getAsJsonObject()
                .getAsJsonArray("data")
                .get(0)
                .getAsJsonObject()
                .get("embedding")
                .getAsString();
        float[] vector = new float[pipeline.dimensions()];
        ByteBuffer.wrap(Base64.getDecoder().decode(base64))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(vector);
        assertArrayEquals(pipeline.embed("one", UNIT), vector);
    }

    @Test
    void embedsEveryToken() throws Exception {
        HttpResponse<String> response = client.post("/embed_all", "{\"inputs\":\"a small text\"}");
        assertEquals(200, response.statusCode(), response.body());
        JsonArray tokens = Client.json(response).getAsJsonArray().get(0).getAsJsonArray();
        assertEquals(pipeline.tokenizer().encode("a small text").size(), tokens.size());
        try (var features = Pipelines.featureExtraction(Fixtures.folder("sentence-embedding"), engine)) {
            var states = features.extract("a small text");
            float[] last = floats(tokens.get(tokens.size() - 1));
            int hidden = states.dimension(-1);
            float[] expected = java.util.Arrays.copyOfRange(states.data(), states.size() - hidden, states.size());
            assertArrayEquals(expected, last);
        }
    }

    /** A masked language model makes sparse embeddings; a sentence encoder does not. */
    @Test
    void embedsTextsSparsely() throws Exception {
        assertEquals(424, client.post("/embed_sparse", "{\"inputs\":\"a\"}").statusCode());
        try (TesseraeServer masked = TesseraeServer.start(
                        ServerOptions.DEFAULT.withPort(0), List.of(Fixtures.served("bert-mlm", engine)));
                SparseEmbeddingPipeline sparse = Pipelines.sparseEmbedding(Fixtures.folder("bert-mlm"), engine)) {
            HttpResponse<String> response =
                    Client.of(masked).post("/embed_sparse", "{\"inputs\":[\"a small text\",\"another\"]}");
            assertEquals(200, response.statusCode(), response.body());
            JsonArray texts = Client.json(response).getAsJsonArray();
            assertEquals(2, texts.size());
            SparseVector expected = sparse.embed("a small text");
            JsonArray found = texts.get(0).getAsJsonArray();
            assertEquals(expected.size(), found.size());
            for (int i = 0; i < expected.size(); i++) {
                var word = found.get(i).getAsJsonObject();
                assertEquals(expected.ids()[i], word.get("index").getAsInt());
                assertEquals(expected.weights()[i], word.get("value").getAsFloat());
            }
            response = Client.of(masked)
                    .post("/v1/tasks/sparse-embedding", "{\"inputs\":\"a small text\",\"parameters\":{\"top_k\":2}}");
            assertEquals(200, response.statusCode(), response.body());
        }
    }

    @Test
    void comparesSentences() throws Exception {
        HttpResponse<String> response = client.post(
                "/similarity", "{\"inputs\":{\"source_sentence\":\"one\",\"sentences\":[\"one\",\"two\"]}}");
        assertEquals(200, response.statusCode(), response.body());
        JsonArray scores = Client.json(response).getAsJsonArray();
        assertEquals(2, scores.size());
        assertEquals(1, scores.get(0).getAsFloat(), 1e-5f);
        assertTrue(scores.get(1).getAsFloat() < scores.get(0).getAsFloat());
    }

    @Test
    void tokenizesAndDecodes() throws Exception {
        HttpResponse<String> response = client.post("/tokenize", "{\"inputs\":\"a text\"}");
        assertEquals(200, response.statusCode(), response.body());
        JsonArray tokens = Client.json(response).getAsJsonArray().get(0).getAsJsonArray();
        JsonObject first = tokens.get(0).getAsJsonObject();
        assertTrue(first.get("special").getAsBoolean());
        assertTrue(first.get("start").isJsonNull());
        JsonObject second = tokens.get(1).getAsJsonObject();
        assertFalse(second.get("special").getAsBoolean());
        assertEquals(0, second.get("start").getAsInt());
        assertEquals("a", second.get("text").getAsString());
        int[] ids = pipeline.tokenizer().encode("a text").inputIds();
        assertEquals(ids[1], second.get("id").getAsInt());
        HttpResponse<String> decoded = client.post("/decode", "{\"ids\":" + java.util.Arrays.toString(ids) + "}");
        assertEquals(
                pipeline.tokenizer().decode(ids, true),
                Client.json(decoded).getAsJsonArray().get(0).getAsString());
    }

    @Test
    void saysWhatItTook() throws Exception {
        HttpResponse<String> response = client.post("/embed", "{\"inputs\":[\"one\",\"two\"]}");
        for (String name : List.of(
                "x-compute-type",
                "x-compute-time",
                "x-compute-characters",
                "x-compute-tokens",
                "x-total-time",
                "x-tokenization-time",
                "x-queue-time",
                "x-inference-time")) {
            assertTrue(response.headers().firstValue(name).isPresent(), name);
        }
        assertEquals("cpu", response.headers().firstValue("x-compute-type").orElseThrow());
        assertEquals("6", response.headers().firstValue("x-compute-characters").orElseThrow());
    }

    @Test
    void refusesWithTheStatusesOfTheContract() throws Exception {
        assertError(422, "validation", "/embed", "{}");
        assertError(422, "validation", "/embed", "{\"inputs\":3}");
        assertError(422, "validation", "/embed", "{\"inputs\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}");
        assertError(400, "empty", "/embed", "{\"inputs\":[]}");
        assertError(400, "empty", "/embed", "{\"inputs\":\"\"}");
        assertError(400, "malformed", "/embed", "{\"inputs\":\"");
        assertError(422, "validation", "/embed", "{\"inputs\":\"" + "word ".repeat(9000) + "\",\"truncate\":false}");
        assertError(424, "backend", "/predict", "{\"inputs\":\"a\"}");
        assertError(424, "backend", "/rerank", "{\"query\":\"a\",\"texts\":[\"b\"]}");
        assertError(413, "too_large", "/embed", "{\"inputs\":\"" + "a".repeat(2_000_001) + "\"}");
        assertError(404, "not_found", "/nonsense", "{}");
        assertError(404, "not_found", "/embed", "{\"inputs\":\"a\",\"model\":\"other\"}");
    }

    private static void assertError(int status, String type, String path, String body) throws Exception {
        HttpResponse<String> response = client.post(path, body);
        assertEquals(status, response.statusCode(), path + " " + response.body());
        JsonObject error = Client.json(response).getAsJsonObject();
        assertEquals(type, error.get("error_type").getAsString());
        assertFalse(error.get("error").getAsString().isBlank());
    }

    @Test
    void errorsBelowV1AreOpenAis() throws Exception {
        HttpResponse<String> response = client.post("/v1/embeddings", "{\"input\":[]}");
        assertEquals(400, response.statusCode());
        JsonObject error = Client.json(response).getAsJsonObject();
        assertEquals(400, error.get("code").getAsInt());
        assertEquals("empty", error.get("type").getAsString());
        assertFalse(error.get("message").getAsString().isBlank());
    }

    @Test
    void deepJsonIsRefused() throws Exception {
        HttpResponse<String> response = client.post("/embed", "[".repeat(500_000));
        assertEquals(400, response.statusCode(), response.body());
    }

    @Test
    void otherMethodsAreRefusedWithThoseThatThereAre() throws Exception {
        HttpResponse<String> response = client.get("/embed");
        assertEquals(405, response.statusCode());
        assertEquals("POST", response.headers().firstValue("Allow").orElseThrow());
    }

    @Test
    void getRoutesAnswer() throws Exception {
        assertEquals(200, client.get("/health").statusCode());
        assertEquals(200, client.get("/ping").statusCode());
        assertEquals(200, client.get("/").statusCode());
        JsonObject info = Client.json(client.get("/info")).getAsJsonObject();
        assertEquals("sentence-embedding", info.get("model_id").getAsString());
        assertEquals(4, info.get("max_client_batch_size").getAsInt());
        assertTrue(info.getAsJsonObject("model_type").has("embedding"));
        JsonObject tasks = Client.json(client.get("/v1/tasks")).getAsJsonObject();
        JsonObject model = tasks.getAsJsonArray("models").get(0).getAsJsonObject();
        assertEquals("sentence-embedding", model.getAsJsonArray("tasks").get(0).getAsString());
        assertTrue(Client.json(client.get("/openapi.json")).getAsJsonObject().has("paths"));
        assertEquals(200, client.get("/docs").statusCode());
    }

    @Test
    void metricsCountRequests() throws Exception {
        client.post("/embed", "{\"inputs\":\"one\"}");
        String text = client.get("/metrics").body();
        assertTrue(text.contains("tesserae_requests_total{route=\"/embed\",status=\"200\"}"), text);
        assertTrue(text.contains("tesserae_batch_size_count{model=\"sentence-embedding\""), text);
        assertTrue(text.contains("tesserae_request_duration_seconds_bucket"), text);
    }
}
