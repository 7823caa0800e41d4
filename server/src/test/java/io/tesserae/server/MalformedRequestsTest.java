package io.tesserae.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.engine.Engine;
import io.tesserae.server.model.ServerOptions;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A server that is sent rubbish stays what it was: {@code -Dserver.malformed=10000} says how many requests, of which the build sends a
 * few.
 */
@Tag("load")
@Timeout(900)
class MalformedRequestsTest {

    private static final int REQUESTS = Integer.getInteger("server.malformed", 150);
    private static final int CLIENTS = 16;
    private static final long MOST_BYTES_MORE = 24L << 20;

    @Test
    void nothingThatIsSentHarmsTheServer() throws Exception {
        try (Engine engine = Engine.builder().threads(1).build();
                TesseraeServer server = TesseraeServer.start(
                        ServerOptions.DEFAULT.withPort(0),
                        List.of(
                                Fixtures.served("sentence-embedding", engine),
                                Fixtures.served("distilbert-sst2", engine),
                                Fixtures.served("vit-classify", engine)))) {
            Client client = Client.of(server);
            send(server, Math.min(REQUESTS, 300), 1); // loads what is loaded when it is first asked for
            String answer = client.post("/embed", "{\"inputs\":\"a text\"}").body();
            int threads = Thread.activeCount();
            long bytes = usedBytes();
            Map<String, Integer> statuses = send(server, REQUESTS, 2);
            System.out.println("statuses of " + REQUESTS + " malformed requests: " + statuses);
            assertFalse(statuses.containsKey("500"), statuses.toString());
            assertEquals(
                    answer, client.post("/embed", "{\"inputs\":\"a text\"}").body());
            while (!client.get("/metrics").body().contains("tesserae_inputs_in_work 0")) {
                Thread.sleep(20);
            }
            int threadsAfter = Thread.activeCount();
            long bytesAfter = usedBytes();
            System.out.println("threads " + threads + " -> " + threadsAfter + ", heap " + (bytes >> 10) + " -> "
                    + (bytesAfter >> 10) + " KiB");
            assertTrue(threadsAfter <= threads + 4, threads + " threads became " + threadsAfter);
            assertTrue(bytesAfter <= bytes + MOST_BYTES_MORE, bytes + " bytes became " + bytesAfter);
        }
    }

    private static Map<String, Integer> send(TesseraeServer server, int requests, long seed) throws Exception {
        Map<String, Integer> statuses = new TreeMap<>();
        try (ExecutorService clients =
                Executors.newFixedThreadPool(CLIENTS, Thread.ofVirtual().factory())) {
            List<Future<String>> answers = IntStream.range(0, requests)
                    .mapToObj(i -> clients.submit(() -> send(server, new Random(seed * 1_000_003 + i))))
                    .toList();
            for (int i = 0; i < requests; i++) {
                String answer = answers.get(i).get();
                String status = answer.startsWith("HTTP/1.1 ") ? answer.substring(9, 12) : "none";
                statuses.merge(status, 1, Integer::sum);
                int number = i;
                assertFalse(status.equals("500"), () -> "request " + number + ": " + answer);
                assertFalse(answer.contains("at io.tesserae") || answer.contains("org.eclipse"), answer);
            }
        }
        return statuses;
    }

    private static String send(TesseraeServer server, Random random) throws Exception {
        byte[] bytes = new Malformed(random).next();
        // Who waits for an answer to half a request waits as long as the server does
        Wire.Manner manner = switch (random.nextInt(10)) {
            case 0 -> Wire.Manner.LEAVES;
            default -> Wire.Manner.HALF_CLOSED;
        };
        return new Wire(server.port())
                .send(bytes, random.nextInt(12) == 0 ? Wire.Manner.SLOW_HALF_CLOSED : manner, random);
    }

    private static long usedBytes() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void whoSendsAHeaderByteByByteIsSentAway() throws Exception {
        try (Engine engine = Engine.builder().threads(1).build();
                TesseraeServer server = TesseraeServer.start(
                        ServerOptions.DEFAULT.withPort(0), List.of(Fixtures.served("distilbert-sst2", engine)));
                Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write("GET /health HTTP/1.1\r\nHost: a\r\n".getBytes(StandardCharsets.US_ASCII));
            long begin = System.nanoTime();
            socket.setSoTimeout(500);
            boolean open = true;
            while (open) {
                long seconds = (System.nanoTime() - begin) / 1_000_000_000;
                assertTrue(seconds < 25, "the server waits still after " + seconds + " seconds");
                try {
                    socket.getOutputStream().write('x');
                    open = socket.getInputStream().read() >= 0;
                } catch (java.net.SocketTimeoutException e) {
                    // nothing said, still there
                } catch (java.io.IOException e) {
                    open = false;
                }
            }
            assertEquals(200, Client.of(server).get("/health").statusCode());
        }
    }
}
