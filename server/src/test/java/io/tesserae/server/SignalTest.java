package io.tesserae.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is told to stop while many ask: what it accepted it answers, and the clients read the answers to their ends. */
@Timeout(180)
class SignalTest {

    private static final int CLIENTS = 64;
    private static final int ANSWERS = 256; // before the signal comes, in the midst of the next ones

    private static final String BODY = "{\"inputs\":\"" + "a good film ".repeat(20) + "\"}";
    private static final byte[] REQUEST =
            ("POST /predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: " + BODY.length()
                            + "\r\n\r\n" + BODY)
                    .getBytes(StandardCharsets.US_ASCII);

    /** How requests ended: the status, {@code cut} in the midst of an answer, {@code closed} before its first byte. */
    private final Map<String, Integer> ends = new ConcurrentHashMap<>();

    @TempDir
    private Path folder;

    /** The first line that the program says. */
    private static int port(Path said, Process process) throws IOException, InterruptedException {
        while (Files.size(said) == 0 || !Files.readString(said).contains("\n")) {
            assertTrue(process.isAlive(), "the server has not started");
            Thread.sleep(20);
        }
        return Integer.parseInt(Files.readAllLines(said).getFirst());
    }

    private static String status(String line) {
        return JsonParser.parseString(line).getAsJsonObject().get("status").getAsString();
    }

    @Test
    void aSignalUnderLoadLosesNothingThatWasAccepted() throws Exception {
        Path said = folder.resolve("said.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerProgram.class.getName(),
                        "distilbert-sst2")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(said.toFile())
                .start();
        try {
            int port = port(said, process);
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofVirtual().start(() -> askUntilItStops(port)));
            }
            while (ends.getOrDefault("200", 0) < ANSWERS) {
                assertTrue(process.isAlive(), "the server has ended");
                Thread.sleep(5);
            }
            process.destroy(); // SIGTERM
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the server runs on");
            for (Thread client : clients) {
                client.join();
            }
            Map<String, Integer> logged = new TreeMap<>();
            Files.readAllLines(said).stream().skip(1).forEach(line -> logged.merge(status(line), 1, Integer::sum));
            System.out.println("ends " + ends + ", logged " + logged);
            assertFalse(ends.containsKey("cut"), ends.toString());
            assertEquals(logged.get("200"), ends.get("200"), "each answer has come to its client");
            assertTrue(
                    List.of("200", "503", "closed", "refused").containsAll(ends.keySet()),
                    "other ends: " + ends.keySet());
        } finally {
            process.destroyForcibly();
        }
    }

    private void askUntilItStops(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(60_000);
            String end = "200";
            while (end.equals("200")) {
                end = ask(socket);
                ends.merge(end, 1, Integer::sum);
            }
        } catch (IOException e) {
            ends.merge("refused", 1, Integer::sum);
        }
    }

    private static String ask(Socket socket) {
        StringBuilder header = new StringBuilder();
        try {
            socket.getOutputStream().write(REQUEST);
            InputStream in = socket.getInputStream();
            while (header.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return header.isEmpty() ? "closed" : "cut";
                }
                header.append((char) next);
            }
            int length = length(header.toString());
            return in.readNBytes(length).length == length ? header.substring(9, 12) : "cut";
        } catch (IOException e) {
            return header.isEmpty() ? "closed" : "cut";
        }
    }

    private static int length(String header) {
        return header.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElseThrow();
    }
}
