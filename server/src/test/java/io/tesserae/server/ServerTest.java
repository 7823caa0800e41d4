package io.tesserae.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.pipelines.Pipelines;
import io.tesserae.pipelines.generation.GeneratedAnswer;
import io.tesserae.pipelines.generation.ImageQuestion;
import io.tesserae.pipelines.generation.VisualQuestionAnsweringOptions;
import io.tesserae.pipelines.generation.VisualQuestionAnsweringPipeline;
import io.tesserae.pipelines.task.ImageInput;
import io.tesserae.server.model.ServedModel;
import io.tesserae.server.model.ServerOptions;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server of several models: other tasks, keys, limits, stopping. */
@Timeout(120)
class ServerTest {

    private static Engine engine;
    private static TesseraeServer server;
    private static Client client;
    private static final List<String> LOG = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void start() throws Exception {
        engine = Engine.builder().threads(1).build();
        server = TesseraeServer.start(
                ServerOptions.DEFAULT.withPort(0).withAccessLog(LOG::add),
                List.of(
                        Fixtures.served("distilbert-sst2", engine),
                        Fixtures.served("distilbert-regression", engine),
                        Fixtures.served("distilbert-ner", engine),
                        Fixtures.served("distilbert-squad", engine),
                        Fixtures.served("distilbert-mlm", engine),
                        Fixtures.served("distilbert-mnli", engine),
                        Fixtures.served("gpt2/writing/model", engine),
                        Fixtures.served("blip/caption", engine),
                        Fixtures.served("blip/question", engine),
                        Fixtures.served("vit-classify", engine),
                        Fixtures.served("clip/pipeline", engine)));
        client = Client.of(server);
    }

    @AfterAll
    static void stop() {
        server.close();
        engine.close();
    }

    private static JsonObject object(HttpResponse<String> response) {
        assertEquals(200, response.statusCode(), response.body());
        return Client.json(response).getAsJsonObject();
    }

    @Test
    void predictsAllLabelsBestFirst() throws Exception {
        HttpResponse<String> response = client.post("/predict", "{\"inputs\":\"a good film\"}");
        assertEquals(200, response.statusCode(), response.body());
        JsonArray labels = Client.json(response).getAsJsonArray();
        try (var pipeline = Pipelines.textClassification(Fixtures.folder("distilbert-sst2"), engine)) {
            var best = pipeline.classify("a good film");
            JsonObject first = labels.get(0).getAsJsonObject();
            assertEquals(best.label(), first.get("label").getAsString());
            assertEquals(best.score(), Float.parseFloat(first.get("score").getAsString()));
        }
        HttpResponse<String> batch = client.post("/predict", "{\"inputs\":[[\"one\"],[\"one\",\"two\"]]}");
        assertEquals(2, Client.json(batch).getAsJsonArray().size());
        HttpResponse<String> pair = client.post("/predict", "{\"inputs\":[\"one\",\"two\"]}");
        assertTrue(Client.json(pair).getAsJsonArray().get(0).isJsonObject());
        assertEquals(Client.json(batch).getAsJsonArray().get(1), Client.json(pair));
        assertEquals(
                422, client.post("/predict", "{\"inputs\":[\"a\",\"b\",\"c\"]}").statusCode());
    }

    @Test
    void reranksBestFirst() throws Exception {
        HttpResponse<String> response =
                client.post("/rerank", "{\"query\":\"a\",\"texts\":[\"one\",\"two\",\"three\"],\"return_text\":true}");
        assertEquals(200, response.statusCode(), response.body());
        JsonArray ranked = Client.json(response).getAsJsonArray();
        assertEquals(3, ranked.size());
        double last = Double.POSITIVE_INFINITY;
        for (var element : ranked) {
            JsonObject text = element.getAsJsonObject();
            assertTrue(text.get("score").getAsDouble() <= last);
            last = text.get("score").getAsDouble();
            assertEquals(
                    List.of("one", "two", "three").get(text.get("index").getAsInt()),
                    text.get("text").getAsString());
        }
        assertEquals(
                400, client.post("/rerank", "{\"query\":\"a\",\"texts\":[]}").statusCode());
    }

    @Test
    void doesOtherTasks() throws Exception {
        assertTrue(object(client.post("/v1/tasks/text-classification", "{\"inputs\":\"a text\"}"))
                .has("label"));
        JsonArray labels = Client.json(client.post(
                        "/v1/tasks/sentiment-analysis", "{\"inputs\":[\"a\",\"b\"],\"parameters\":{\"top_k\":null}}"))
                .getAsJsonArray();
        assertEquals(2, labels.size());
        assertEquals(2, labels.get(0).getAsJsonArray().size());
        assertEquals(
                200,
                client.post("/v1/tasks/ner", "{\"inputs\":\"Anna lives in Rome\"}")
                        .statusCode());
        JsonObject answer = object(client.post(
                "/v1/tasks/question-answering",
                "{\"inputs\":{\"question\":\"who?\",\"context\":\"it was a good day\"}}"));
        assertEquals(java.util.Set.of("score", "start", "end", "answer"), answer.keySet());
        JsonArray fillings = Client.json(client.post(
                        "/v1/tasks/fill-mask", "{\"inputs\":\"a [MASK] day\",\"parameters\":{\"top_k\":3}}"))
                .getAsJsonArray();
        assertEquals(3, fillings.size());
        JsonObject zeroShot = object(client.post(
                "/v1/tasks/zero-shot-classification",
                "{\"inputs\":\"a text\",\"parameters\":{\"candidate_labels\":[\"one\",\"two\"]}}"));
        assertEquals(2, zeroShot.getAsJsonArray("scores").size());
        JsonArray texts = Client.json(client.post(
                        "/v1/tasks/text-generation", "{\"inputs\":\"a\",\"parameters\":{\"max_new_tokens\":2}}"))
                .getAsJsonArray();
        assertTrue(texts.get(0)
                .getAsJsonObject()
                .get("generated_text")
                .getAsString()
                .startsWith("a"));
        String picture = java.util.Base64.getEncoder().encodeToString(picture());
        JsonArray captions = Client.json(client.post(
                        "/v1/tasks/image-to-text",
                        "{\"inputs\":\"" + picture + "\",\"parameters\":{\"max_new_tokens\":2}}"))
                .getAsJsonArray();
        assertTrue(captions.get(0).getAsJsonObject().has("generated_text"), captions.toString());
        JsonArray ranked = Client.json(client.post(
                        "/v1/tasks/text-ranking", "{\"inputs\":{\"query\":\"a\",\"documents\":[\"one\",\"two\"]}}"))
                .getAsJsonArray();
        assertEquals(2, ranked.size());
    }

    @Test
    void answersQuestionsAboutPictures() throws Exception {
        byte[] picture = picture();
        String image = "\"image\":\"" + java.util.Base64.getEncoder().encodeToString(picture) + "\"";
        List<GeneratedAnswer> expected;
        try (var pipeline = VisualQuestionAnsweringPipeline.TASK.open(Fixtures.folder("blip/question"), engine)) {
            expected = pipeline.ask(
                    new ImageQuestion(ImageInput.of(picture), "what is it?"),
                    VisualQuestionAnsweringOptions.DEFAULT.withConfig(
                            GenerationConfig.DEFAULTS.with(GenerationOption.MAX_NEW_TOKENS, 3)));
        }
        HttpResponse<String> answered = client.post(
                "/v1/tasks/visual-question-answering",
                "{\"inputs\":{" + image + ",\"question\":\"what is it?\"},\"parameters\":{\"max_new_tokens\":3}}");
        assertEquals(200, answered.statusCode(), answered.body());
        JsonArray answers = Client.json(answered).getAsJsonArray();
        assertEquals(1, answers.size());
        JsonObject answer = answers.get(0).getAsJsonObject();
        assertEquals(java.util.Set.of("answer", "score"), answer.keySet());
        assertEquals(expected.getFirst().text(), answer.get("answer").getAsString());
        assertEquals((double) expected.getFirst().score(), answer.get("score").getAsDouble());
        JsonArray several = Client.json(client.post(
                        "/v1/tasks/vqa",
                        "{\"inputs\":[{" + image + ",\"question\":\"a\"}],"
                                + "\"parameters\":{\"num_beams\":2,\"num_return_sequences\":2}}"))
                .getAsJsonArray();
        assertEquals(2, several.get(0).getAsJsonArray().size());
        for (String refused : List.of("{" + image + "}", "{\"question\":\"a\"}", "\"a\"")) {
            assertEquals(
                    422,
                    client.post("/v1/tasks/vqa", "{\"inputs\":" + refused + "}").statusCode(),
                    refused);
        }
        assertEquals(
                400,
                client.post("/v1/tasks/vqa", "{\"inputs\":{" + image + ",\"question\":\"\"}}")
                        .statusCode());
    }

    @Test
    void refusesWhatTasksDoNotKnow() throws Exception {
        assertEquals(
                422,
                client.post("/v1/tasks/ner", "{\"inputs\":\"a\",\"parameters\":{\"nonsense\":1}}")
                        .statusCode());
        assertEquals(
                422,
                client.post("/v1/tasks/fill-mask", "{\"inputs\":\"no mask\"}").statusCode());
        assertEquals(
                422,
                client.post("/v1/tasks/text-classification", "{\"inputs\":\"a\",\"parameters\":{\"top_k\":0}}")
                        .statusCode());
        for (String parameter :
                List.of("num_beams\":1000", "max_new_tokens\":0", "temperature\":\"a", "bad_words_ids\":1")) {
            String end = parameter.contains("\"a") ? "\"" : "";
            HttpResponse<String> refused = client.post(
                    "/v1/tasks/text-generation", "{\"inputs\":\"a\",\"parameters\":{\"" + parameter + end + "}}");
            assertEquals(422, refused.statusCode(), parameter + refused.body());
        }
        assertEquals(
                404, client.post("/v1/tasks/nonsense", "{\"inputs\":\"a\"}").statusCode());
        assertEquals(
                422,
                client.post("/v1/tasks/image-classification", "{\"inputs\":\"file:///etc/passwd\"}")
                        .statusCode());
        assertEquals(
                422,
                client.post("/v1/tasks/image-classification", "{\"inputs\":\"aGVsbG8=\"}")
                        .statusCode());
    }

    @Test
    void anInputForWhichAllOthersWouldWaitIsRefused() throws Exception {
        String text = "a good film ".repeat(100_000);
        HttpResponse<String> question = client.post(
                "/v1/tasks/question-answering", "{\"inputs\":{\"question\":\"who?\",\"context\":\"" + text + "\"}}");
        assertEquals(422, question.statusCode(), question.body());
        assertTrue(question.body().contains("tokens"), question.body());
        String labels = "\"a\"" + ",\"b\"".repeat(200);
        HttpResponse<String> zeroShot = client.post(
                "/v1/tasks/zero-shot-classification",
                "{\"inputs\":\"" + text + "\",\"parameters\":{\"candidate_labels\":[" + labels + "]}}");
        assertEquals(422, zeroShot.statusCode(), zeroShot.body());
    }

    private static byte[] picture() throws Exception {
        var image = new java.awt.image.BufferedImage(40, 30, java.awt.image.BufferedImage.TYPE_INT_RGB);
        image.setRGB(3, 4, 0xFF8800);
        var out = new java.io.ByteArrayOutputStream();
        javax.imageio.ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    @Test
    void picturesComeInBase64OrAsAForm() throws Exception {
        String base64 = java.util.Base64.getEncoder().encodeToString(picture());
        JsonArray json = Client.json(client.post(
                        "/v1/tasks/image-classification",
                        "{\"inputs\":[{\"image\":\"data:image/png;base64," + base64 + "\"}]}"))
                .getAsJsonArray();
        var body = new java.io.ByteArrayOutputStream();
        body.write("--cut\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        body.write(picture());
        body.write("\r\n--cut\r\nContent-Disposition: form-data; name=\"parameters\"\r\n\r\n{}\r\n--cut--\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        HttpResponse<String> form =
                client.send(HttpRequest.newBuilder(URI.create(client.base() + "/v1/tasks/image-classification"))
                        .header("Content-Type", "multipart/form-data; boundary=cut")
                        .POST(BodyPublishers.ofByteArray(body.toByteArray())));
        assertEquals(200, form.statusCode(), form.body());
        assertEquals(json, Client.json(form));
    }

    @Test
    void picturesHaveLabelsInAnyWords() throws Exception {
        String image = "{\"inputs\":\"" + java.util.Base64.getEncoder().encodeToString(picture()) + "\"";
        HttpResponse<String> response = client.post(
                "/v1/tasks/zero-shot-image-classification",
                image + ",\"parameters\":{\"candidate_labels\":[\"a cat\",\"a dog\"]}}");
        assertEquals(200, response.statusCode(), response.body());
        JsonArray labels = Client.json(response).getAsJsonArray();
        try (var pipeline = Pipelines.zeroShotImageClassification(Fixtures.folder("clip/pipeline"), engine)) {
            var best = pipeline.classify(
                            ImageInput.of(picture()),
                            pipeline.defaultOptions().withCandidateLabels(List.of("a cat", "a dog")))
                    .getFirst();
            assertEquals(2, labels.size());
            assertEquals(
                    best.label(), labels.get(0).getAsJsonObject().get("label").getAsString());
            assertEquals(
                    best.score(), labels.get(0).getAsJsonObject().get("score").getAsFloat());
        }
        HttpResponse<String> without = client.post("/v1/tasks/zero-shot-image-classification", image + "}");
        assertEquals(422, without.statusCode(), without.body());
        assertTrue(without.body().contains("candidate_labels"), without.body());
    }

    @Test
    void eachRequestIsALineOfTheLog() throws Exception {
        client.get("/nothing-else-asks-for-this");
        List<String> lines = List.of();
        while (lines.isEmpty()) {
            Thread.sleep(5); // a line comes when the answer is written, and the client may read it sooner
            lines = List.copyOf(LOG).stream()
                    .filter(line -> line.contains("/nothing-else-asks-for-this"))
                    .toList();
        }
        assertEquals(1, lines.size());
        JsonObject line = JsonParser.parseString(lines.getFirst()).getAsJsonObject();
        assertEquals(404, line.get("status").getAsInt());
    }

    @Test
    void clientsWithoutTheKeyAreSentAway() throws Exception {
        ServerOptions options = ServerOptions.DEFAULT.withPort(0).withApiKey("secret");
        try (TesseraeServer locked =
                TesseraeServer.start(options, List.of(Fixtures.served("distilbert-sst2", engine)))) {
            Client other = Client.of(locked);
            HttpResponse<String> refused = other.post("/predict", "{\"inputs\":\"one\"}");
            assertEquals(401, refused.statusCode());
            assertTrue(refused.headers().firstValue("WWW-Authenticate").isPresent());
            assertEquals(200, other.get("/health").statusCode());
            HttpResponse<String> allowed = other.send(HttpRequest.newBuilder(URI.create(other.base() + "/predict"))
                    .header("Content-Type", "application/json")
                    .header("Authorization", "Bearer secret")
                    .POST(BodyPublishers.ofString("{\"inputs\":\"one\"}")));
            assertEquals(200, allowed.statusCode());
        }
    }

    @Test
    void whoComesTooManyIsToldSoAtOnce() throws Exception {
        ServerOptions options = ServerOptions.DEFAULT.withPort(0).withMaxConcurrentRequests(2);
        try (TesseraeServer small =
                TesseraeServer.start(options, List.of(Fixtures.served("distilbert-sst2", engine)))) {
            Client other = Client.of(small);
            HttpResponse<String> refused = other.post("/predict", "{\"inputs\":[[\"a\"],[\"b\"],[\"c\"]]}");
            assertEquals(429, refused.statusCode());
            assertEquals("1", refused.headers().firstValue("Retry-After").orElseThrow());
            assertEquals(
                    "overloaded",
                    Client.json(refused).getAsJsonObject().get("error_type").getAsString());
            assertEquals(
                    200,
                    other.post("/predict", "{\"inputs\":[[\"a\"],[\"b\"]]}").statusCode(),
                    "permits are given back");
        }
    }

    @Test
    void manyClientsGetTheAnswersOfThePipelineToTheLastBit() throws Exception {
        try (var pipeline = Pipelines.textClassification(Fixtures.folder("distilbert-sst2"), engine);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                String text = "a good film ".repeat(1 + i % 7) + i;
                Callable<Boolean> ask = () -> {
                    JsonObject label =
                            object(client.post("/v1/tasks/text-classification", "{\"inputs\":\"" + text + "\"}"));
                    return pipeline.classify(text).score()
                            == (float) label.get("score").getAsDouble();
                };
                all.add(threads.submit(ask));
            }
            for (Future<Boolean> each : all) {
                assertTrue(each.get());
            }
        }
    }

    @Test
    void stoppingAnswersWhatWasAccepted() throws Exception {
        TesseraeServer stopping = TesseraeServer.start(
                ServerOptions.DEFAULT.withPort(0), List.of(Fixtures.served("distilbert-sst2", engine)));
        Client other = Client.of(stopping);
        String body = "{\"inputs\":[" + "[\"a good film\"],".repeat(31) + "[\"b\"]]}";
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(threads.submit(() -> other.post("/predict", body).statusCode()));
            }
            while (!other.get("/metrics").body().contains("tesserae_inputs_in_work 2")
                    && all.stream().anyMatch(each -> !each.isDone())) {
                Thread.onSpinWait();
            }
            stopping.close();
            int answered = 0;
            for (Future<Integer> each : all) {
                if (each.state() == Future.State.FAILED) {
                    continue; // it had not been accepted
                }
                answered += each.get() == 200 ? 1 : 0;
                assertTrue(each.get() == 200 || each.get() == 503, each.get().toString());
            }
            assertTrue(answered > 0, "none was answered");
        }
    }

    /** What no library would send. */
    private static String raw(String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            try (InputStream in = socket.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            }
        }
    }

    @Test
    void whatIsNoHttpIsRefusedWithoutAWordOfTheInside() throws Exception {
        for (String request : List.of(
                "nonsense\r\n\r\n",
                "GET /health HTTP/9.9\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(40_000) + "\r\n\r\n",
                "POST /embed HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
                "POST /embed HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "GET /%00 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) {
            String response = raw(request);
            assertFalse(response.startsWith("HTTP/1.1 500"), response);
            assertFalse(response.startsWith("HTTP/1.1 200"), response);
            assertFalse(response.contains("org.eclipse") || response.contains("at io.tesserae"), response);
        }
        assertEquals(200, client.get("/health").statusCode());
    }

    @Test
    void aClientThatLeavesIsNoFailureOfTheNext() throws Exception {
        for (int i = 0; i < 8; i++) {
            try (Socket socket = new Socket("127.0.0.1", server.port())) {
                String body = "{\"inputs\":[" + "[\"a good film\"],".repeat(31) + "[\"b\"]]}";
                socket.getOutputStream()
                        .write(
                                ("POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
                                                + body.length() + "\r\n\r\n" + body)
                                        .getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        assertEquals(200, client.post("/predict", "{\"inputs\":\"one\"}").statusCode());
        while (!client.get("/metrics").body().contains("tesserae_inputs_in_work 0")) {
            Thread.sleep(20);
        }
    }

    @Test
    void modelsAreNamed() throws Exception {
        ServedModel model = ServedModel.of("mine", ModelFiles.directory(Fixtures.folder("distilbert-mnli")), engine);
        assertEquals("text-classification", model.main().name());
        assertTrue(model.tasks().stream().anyMatch(task -> task.name().equals("zero-shot-classification")));
        JsonObject label = object(
                client.post("/v1/tasks/text-classification", "{\"inputs\":\"a\",\"model\":\"distilbert-mnli\"}"));
        assertFalse(label.get("label").getAsString().isEmpty());
        HttpResponse<String> missing =
                client.post("/v1/tasks/text-classification", "{\"inputs\":\"a\",\"model\":\"distilbert-mlm\"}");
        assertEquals(424, missing.statusCode());
        assertEquals(424, Client.json(missing).getAsJsonObject().get("code").getAsInt());
    }
}
