package io.tesserae.loaders.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.fakehub.FakeHub;
import io.tesserae.fakehub.FakeRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A hub on this machine, a cache, and models to put on the one and look for in the other. */
final class HubTestBed implements AutoCloseable {

    static final String NAME = "someone/sentiment";
    static final int WEIGHTS_LENGTH = 300_000;

    final FakeHub server = new FakeHub();
    final Path cache;
    final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    final List<String> events = Collections.synchronizedList(new ArrayList<>());

    HubTestBed(Path cache) {
        this.cache = cache;
    }

    HubSettings settings() {
        return settings(Map.of());
    }

    /** With further variables of the environment. */
    HubSettings settings(Map<String, String> more) {
        Map<String, String> environment = new TreeMap<>(more);
        environment.put("HF_HUB_CACHE", cache.toString());
        environment.putIfAbsent("HF_ENDPOINT", server.endpoint().toString());
        return HubSettings.fromEnvironment(environment, cache);
    }

    Hub hub() {
        return hub(settings());
    }

    /** For tests, which wait for nothing. */
    static Patience patience() {
        return Patience.DEFAULT.withFirstPause(Duration.ofMillis(5));
    }

    Hub hub(HubSettings settings) {
        return Hub.of(settings).withPatience(patience()).withListener(new DownloadListener() {
            @Override
            public void started(String file, long present, long size) {
                events.add("started " + file + " " + present + " " + size);
            }

            @Override
            public void finished(String file) {
                events.add("finished " + file);
            }

            @Override
            public void warning(String message) {
                warnings.add(message);
            }
        });
    }

    /** What a small model's repository holds, wanted and unwanted. */
    static Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("README.md", text("# A model\n"));
        files.put("config.json", text("{\"model_type\": \"distilbert\"}\n"));
        files.put("model.safetensors", bytes(1, WEIGHTS_LENGTH));
        files.put("pytorch_model.bin", bytes(2, 1_000));
        files.put("onnx/model.onnx", bytes(3, 1_000));
        files.put("tokenizer.json", text("{}\n"));
        files.put("tokenizer_config.json", text("{\"do_lower_case\": true}\n"));
        files.put("vocab.txt", text("[PAD]\n[UNK]\n"));
        return files;
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    Path repository() {
        return cache.resolve("models--someone--sentiment");
    }

    /** What was asked since the last look, as {@link FakeRequest#summary()}. */
    List<String> requests() {
        List<String> summaries =
                server.requests().stream().map(FakeRequest::summary).toList();
        server.forgetRequests();
        return summaries;
    }

    /** The files of a snapshot, by name. */
    static Map<String, byte[]> snapshot(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
            }
        }
        return files;
    }

    /** All files that are no part of a finished download. */
    List<Path> leftovers() throws IOException {
        try (Stream<Path> paths = Files.walk(cache)) {
            return paths.filter(path -> path.toString().endsWith(".incomplete")
                            || path.toString().endsWith(".tmp"))
                    .toList();
        }
    }

    /** What a process said, which has to end well. */
    static String output(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.strip();
    }

    @Override
    public void close() {
        server.close();
    }
}
