package io.tesserae.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.server.model.ServedModel;
import io.tesserae.server.model.ServerOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Models that take their time, and models that cannot be loaded. */
@Timeout(120)
class LoadingTest {

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aServerIsNotHealthyBeforeItsModelsAreWarm() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        ModelFiles files = new HinderedFiles(ModelFiles.directory(Fixtures.folder("distilbert-sst2")), () -> {
            loading.countDown();
            await(asked);
        });
        int port = freePort();
        try (Engine engine = Engine.builder().threads(1).build();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<TesseraeServer> starting = threads.submit(() -> TesseraeServer.start(
                    ServerOptions.DEFAULT.withPort(port), List.of(ServedModel.of("slow", files, engine))));
            loading.await();
            Client client = Client.of(port);
            HttpResponse<String> health = client.get("/health");
            HttpResponse<String> answer = client.post("/predict", "{\"inputs\":\"a\"}");
            int metrics = client.get("/metrics").statusCode();
            asked.countDown();
            try (TesseraeServer server = starting.get()) {
                assertEquals(port, server.port());
                assertEquals(503, health.statusCode(), health.body());
                assertEquals(503, answer.statusCode(), answer.body());
                assertEquals(200, metrics);
                assertEquals(200, client.get("/health").statusCode());
                assertEquals(200, client.post("/predict", "{\"inputs\":\"a\"}").statusCode());
            }
        }
    }

    @Test
    void saysWhatWeightsAreStoredAs() throws Exception {
        for (String[] stored : new String[][] {
            {"distilbert-sst2", "float32"}, {"distilbert-fp16", "float16"}, {"distilbert-bf16-sharded", "bfloat16"}
        }) {
            try (Engine engine = Engine.builder().threads(1).build();
                    TesseraeServer server = TesseraeServer.start(
                            ServerOptions.DEFAULT.withPort(0), List.of(Fixtures.served(stored[0], engine)))) {
                HttpResponse<String> info = Client.of(server).get("/info");
                assertEquals(
                        stored[1],
                        Client.json(info).getAsJsonObject().get("model_dtype").getAsString(),
                        stored[0]);
            }
        }
    }

    @Test
    void aTaskThatCannotBeLoadedLaterIsNoDefectOfTheServer() throws Exception {
        AtomicBoolean gone = new AtomicBoolean();
        try (Engine engine = Engine.builder().threads(1).build();
                TesseraeServer server = TesseraeServer.start(
                        ServerOptions.DEFAULT.withPort(0), List.of(untilGone("distilbert-sst2", gone, engine)))) {
            gone.set(true);
            Client client = Client.of(server);
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> features = client.post("/embed_all", "{\"inputs\":\"a\"}");
                assertEquals(424, features.statusCode(), features.body());
                assertTrue(features.body().contains("cannot be loaded"), features.body());
            }
            assertEquals(
                    200, client.post("/predict", "{\"inputs\":\"a\"}").statusCode(), "what was loaded answers still");
        }
    }

    @Test
    void tasksWithTheSameModelReadItOnce() throws Exception {
        AtomicBoolean gone = new AtomicBoolean();
        try (Engine engine = Engine.builder().threads(1).build();
                TesseraeServer server = TesseraeServer.start(
                        ServerOptions.DEFAULT.withPort(0),
                        List.of(
                                untilGone("distilbert-mnli", gone, engine),
                                untilGone("distilbert-regression", gone, engine)))) {
            Client client = Client.of(server);
            assertEquals(200, client.post("/embed_all", "{\"inputs\":\"a\"}").statusCode());
            gone.set(true);
            String labels = "\"parameters\":{\"candidate_labels\":[\"one\",\"two\"]}";
            for (String[] request : new String[][] {
                {"/v1/tasks/zero-shot-classification", "{\"inputs\":\"a\"," + labels + "}"},
                {"/v1/tasks/text-classification", "{\"model\":\"distilbert-regression\",\"inputs\":\"a\"}"},
                {"/v1/attention", "{\"inputs\":\"a\"}"},
            }) {
                HttpResponse<String> answer = client.post(request[0], request[1]);
                assertEquals(200, answer.statusCode(), request[0] + answer.body());
            }
        }
    }

    private static ServedModel untilGone(String name, AtomicBoolean gone, Engine engine) {
        ModelFiles files = new HinderedFiles(ModelFiles.directory(Fixtures.folder(name)), () -> {
            if (gone.get()) {
                throw new IOException("the disk is gone");
            }
        });
        return ServedModel.of(name, files, engine);
    }
}
