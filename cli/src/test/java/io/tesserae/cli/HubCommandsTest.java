package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.fakehub.FakeHub;
import io.tesserae.fakehub.FakeRepository;
import io.tesserae.fakehub.Fault;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models by name, and the cache, as the commands meet them. */
class HubCommandsTest {

    private static final String NAME = "someone/sentiment";
    private static final String FIXTURE = "distilbert-sst2";

    @TempDir
    private Path folder;

    private final FakeHub server = new FakeHub();
    private FakeRepository repository;
    private Map<String, String> environment;
    private String commit;

    @BeforeEach
    void fill() throws IOException {
        repository = server.repository(NAME);
        commit = repository.commit(files(FIXTURE));
        environment = Map.of(
                "HF_ENDPOINT", server.endpoint().toString(),
                "HF_HOME", folder.toRealPath().toString());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static Map<String, byte[]> files(String fixture) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> paths = Files.list(Run.FIXTURES.resolve(fixture))) {
            for (Path path : paths.toList()) {
                files.put(path.getFileName().toString(), Files.readAllBytes(path));
            }
        }
        return files;
    }

    private Run tesserae(String... arguments) {
        return Run.withEnvironment(environment, arguments);
    }

    private Run offline(String... arguments) {
        Map<String, String> offline = new TreeMap<>(environment);
        offline.put("HF_HUB_OFFLINE", "1");
        return Run.withEnvironment(offline, arguments);
    }

    private static String output(Run run) {
        assertEquals(0, run.exitCode(), run.toString());
        return run.out();
    }

    private static void assertFails(String expected, Run run) {
        ForwardCommandTest.assertFails(expected, run);
    }

    private Path model() throws IOException {
        return folder.toRealPath().resolve("hub/models--someone--sentiment");
    }

    private Path blob(String file) throws IOException {
        return model().resolve("snapshots").resolve(commit).resolve(file).toRealPath();
    }

    // --- Models by name

    @Test
    void everyCommandTakesAName() throws IOException {
        String[] run = {"run", "sentiment-analysis", "--model", NAME, "--output", "json", "A fine film."};
        Run first = tesserae(run);
        String[] fromFolder = run.clone();
        fromFolder[3] = Run.fixture(FIXTURE);
        assertEquals(Run.of(fromFolder).out(), output(first));
        assertTrue(
                first.err().contains("tesserae: downloading model.safetensors of " + NAME + ", 130.8 kB\n"),
                first.err());
        // What is there is not fetched again, with or without a hub.
        assertEquals(new Run(0, first.out(), ""), tesserae(run));
        assertEquals(new Run(0, first.out(), ""), offline(run));

        assertEquals(
                Run.of("tokenize", "--model", Run.fixture(FIXTURE), "film").out(),
                output(offline("tokenize", "--model", NAME + "@main", "film")));
        assertEquals(Run.of("inspect", Run.fixture(FIXTURE)).out(), output(offline("inspect", NAME + "@" + commit)));
        assertTrue(output(offline("bench", "--model", NAME, "--length", "5", "--seconds", "0.01"))
                .contains("5 tokens"));
        Path out = folder.resolve("out.safetensors");
        Path feed = folder.resolve("feed.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        writer.addLongs("input_ids", new long[] {2, 7, 3}, 1, 3);
        writer.write(feed);
        output(offline("forward", "--model", NAME, "--feed", feed.toString(), "--out", out.toString()));
    }

    @Test
    void aDrawingIsNamedAfterTheModelAndAsksTheHubOnce() throws IOException {
        server.repository("someone/vit").commit(files("vit-base"));
        Path picture = picture();
        output(tesserae("download", "someone/vit"));
        server.forgetRequests();
        output(tesserae(
                "run",
                "attention-map",
                "--model",
                "someone/vit",
                picture.toString(),
                "--output-dir",
                folder.resolve("maps").toString()));
        assertEquals(
                1,
                server.requests().stream()
                        .filter(request -> request.summary().equals("HEAD config.json")
                                && request.target().contains("/resolve/main/"))
                        .count());
    }

    private Path picture() throws IOException {
        java.awt.image.BufferedImage image = new java.awt.image.BufferedImage(32, 32, 1);
        Path file = folder.resolve("picture.png");
        javax.imageio.ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void whatCannotBeHadIsOneLine() throws IOException {
        assertFails("has no model \"someone/else\"", tesserae("tokenize", "--model", "someone/else", "x"));
        assertFails("nor is there a folder 'someone/else' here", tesserae("tokenize", "--model", "someone/else", "x"));
        assertFails("has no revision \"v2\"", tesserae("inspect", NAME + "@v2"));
        assertFails("is not in the cache", offline("tokenize", "--model", NAME, "x"));
        assertFails(
                "'tesserae download " + NAME + "@v2' fetches it", offline("tokenize", "--model", NAME + "@v2", "x"));
        assertFails("HF_HUB_OFFLINE", offline("download", NAME));
        repository.gate("hf_insider");
        assertFails("is gated: ask for access at " + server.endpoint(), tesserae("download", NAME));
        server.repository("someone/flax")
                .commit(Map.of(
                        "config.json", "{}".getBytes(StandardCharsets.UTF_8), "flax_model.msgpack", new byte[9]));
        Run flax = tesserae("download", "someone/flax");
        assertEquals(1, flax.exitCode());
        assertTrue(flax.err().lines().toList().getLast().contains("no pytorch_model.bin"), flax.err());
        Map<String, String> wrong = new TreeMap<>(environment);
        wrong.put("HF_ENDPOINT", "nonsense");
        assertFails("nonsense", Run.withEnvironment(wrong, "download", NAME));
    }

    @Test
    void theTokenOfTheEnvironmentIsSent() throws IOException {
        repository.gate("hf_insider");
        Map<String, String> insider = new TreeMap<>(environment);
        insider.put("HF_TOKEN", "hf_insider");
        output(Run.withEnvironment(insider, "download", NAME));
    }

    @Test
    void aFolderWinsOverTheHub() {
        assertFails("src/tokenizer.json: no such file", tesserae("tokenize", "--model", "src", "x"));
        assertEquals(0, server.requests().size());
    }

    @Test
    void aRevisionIsGivenInEitherWay() throws IOException {
        String other = repository.commit("v2", files("bert-ner"));
        String[] tokenize = {"tokenize", "--model", NAME, "--revision", "v2", "--output", "json", "film"};
        String expected = Run.of("tokenize", "--model", Run.fixture("bert-ner"), "--output", "json", "film")
                .out();
        assertEquals(expected, output(tesserae(tokenize)));
        assertEquals(expected, output(offline("tokenize", "--model", NAME + "@v2", "--output", "json", "film")));
        assertEquals(
                expected,
                output(tesserae("tokenize", "--model", NAME + "@v2", "--revision", "v2", "--output", "json", "film")));
        assertEquals(
                Run.of("inspect", Run.fixture("bert-ner")).out(),
                output(tesserae("inspect", NAME, "--revision", other)));
        assertTrue(output(tesserae("run", "ner", "--model", NAME, "--revision", "v2", "--output", "json", "Anna"))
                .startsWith("["));
        assertEquals(
                model().resolve("snapshots").resolve(other) + "\n",
                output(tesserae("download", "--revision", "v2", NAME)));
        assertFails("has no revision \"v3\"", tesserae("inspect", NAME, "--revision", "v3"));
        Run both = tesserae("tokenize", "--model", NAME + "@v2", "--revision", "v3", "x");
        assertEquals(2, both.exitCode());
        assertTrue(both.err().contains("'" + NAME + "@v2' and --revision v3 are two revisions"), both.err());
    }

    @Test
    void offlineNothingIsFetched() throws IOException {
        for (String[] arguments : new String[][] {
            {"run", "sentiment-analysis", "--offline", "--model", NAME, "x"},
            {"tokenize", "--offline", "--model", NAME, "x"},
            {"inspect", "--offline", NAME},
            {"bench", "--offline", "--model", NAME},
            {"download", "--offline", NAME}
        }) {
            assertFails("is not in the cache", tesserae(arguments));
        }
        assertFails("--offline", tesserae("tokenize", "--offline", "--model", NAME, "x"));
        assertEquals(0, server.requests().size());
        output(tesserae("download", NAME));
        server.forgetRequests();
        String[] run = {"run", "sentiment-analysis", "--model", NAME, "--output", "json", "A fine film.", "--offline"};
        assertEquals(
                Run.of("run", "sentiment-analysis", "--model", Run.fixture(FIXTURE), "--output", "json", "A fine film.")
                        .out(),
                output(tesserae(run)));
        assertEquals(0, server.requests().size());
        // What needs no hub needs no permission.
        output(tesserae("tokenize", "--offline", "x"));
        output(tesserae("tokenize", "--offline", "--model", Run.fixture(FIXTURE), "x"));
    }

    @Test
    void withoutAHomeWhatNeedsNoCacheWorks() throws IOException {
        Map<String, String> homeless = Map.of("HF_ENDPOINT", server.endpoint().toString());
        output(Run.withEnvironment(homeless, "tokenize", "--model", Run.fixture(FIXTURE), "x"));
        output(Run.withEnvironment(homeless, "tokenize", "x"));
        for (String[] arguments : new String[][] {
            {"tokenize", "--model", NAME, "x"},
            {"download", NAME},
            {"cache", "list"}
        }) {
            Run run = Run.withEnvironment(homeless, arguments);
            assertFails("HF_HUB_CACHE", run);
            assertFails("HOME is not set", run);
        }
        assertEquals(0, server.requests().size());
    }

    @Test
    void withoutANetworkTheAdviceIsOneLine() throws IOException {
        server.close();
        Run run = tesserae("tokenize", "--model", NAME, "x");
        for (String part : new String[] {
            "HF_HUB_OFFLINE=1", "--offline", "HTTPS_PROXY", "HF_ENDPOINT", "no folder 'someone/sentiment'"
        }) {
            assertFails(part, run);
        }
    }

    @Test
    void aDamagedVocabularyIsNotRead() throws IOException {
        output(tesserae("download", NAME));
        Path vocabulary = blob("tokenizer.json");
        Files.writeString(vocabulary, "{}");
        Run run = offline("tokenize", "--model", NAME, "x");
        assertFails("tokenizer.json of " + NAME, run);
        assertFails("'tesserae cache verify --repair " + NAME + "'", run);
        output(tesserae("cache", "verify", "--repair", NAME));
        output(tesserae("tokenize", "--model", NAME, "x"));
    }

    // --- download

    @Test
    void downloadPrintsFolders() throws IOException {
        Path snapshot = model().resolve("snapshots").resolve(commit);
        assertEquals(snapshot + "\n", output(tesserae("download", NAME)));
        JsonObject json = JsonParser.parseString(output(tesserae("download", "--output", "json", NAME)))
                .getAsJsonObject();
        assertEquals(NAME, json.get("model").getAsString());
        assertEquals("main", json.get("revision").getAsString());
        assertEquals(commit, json.get("commit").getAsString());
        assertEquals(snapshot.toString(), json.get("folder").getAsString());
        assertEquals(snapshot + "\n" + snapshot + "\n", output(offline("download", NAME, NAME + "@" + commit)));
    }

    @Test
    void whoWatchesSeesABarAndWarningsBesideIt() {
        server.fault("CDN model.safetensors", new Fault.Cut(50_000));
        Run run = Run.watched(environment, "download", NAME);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("\rmodel.safetensors 100% ["), run.err());
        assertTrue(run.err().contains("tesserae: warning: "), run.err());
        assertFalse(run.err().contains("downloading"), run.err());
        assertEquals("", Run.watched(environment, "download", NAME).err());
    }

    // --- cache

    @Test
    void anEmptyCache() throws IOException {
        assertEquals(
                "0 models, 0 B, in " + folder.toRealPath().resolve("hub") + "\n", output(tesserae("cache", "list")));
        assertEquals("", output(tesserae("cache", "list", "--output", "json")));
        assertEquals("", output(tesserae("cache", "verify")));
        assertFails("has no model \"" + NAME + "\"", tesserae("cache", "verify", NAME));
        assertFails("has no model \"" + NAME + "\"", tesserae("cache", "remove", NAME));
    }

    @Test
    void theCacheIsListed() throws IOException {
        output(tesserae("download", NAME));
        String listed = output(offline("cache", "list"));
        assertTrue(
                listed.matches("(?s)model +size +revisions +modified\n" + NAME + " +154.4 kB +main +\\d{4}-.*"),
                listed);
        assertTrue(listed.contains("\n1 model, 154.4 kB, in "), listed);
        JsonObject json = JsonParser.parseString(output(offline("cache", "list", "--output", "json")))
                .getAsJsonObject();
        assertEquals(NAME, json.get("model").getAsString());
        assertEquals(154_388, json.get("bytes").getAsLong());
        assertEquals(0, json.get("leftover_bytes").getAsLong());
        JsonObject revision = json.getAsJsonArray("revisions").get(0).getAsJsonObject();
        assertEquals(commit, revision.get("commit").getAsString());
        assertEquals("[\"main\"]", revision.get("refs").toString());
        assertEquals(
                "[\"config.json\",\"model.safetensors\",\"tokenizer.json\",\"tokenizer_config.json\",\"vocab.txt\"]",
                revision.get("files").toString());
    }

    @Test
    void damageIsFoundAndRepaired() throws IOException {
        output(tesserae("download", NAME));
        assertEquals(NAME + ": sound; 5 files checked, 154.4 kB\n", output(offline("cache", "verify")));
        byte[] weights = Files.readAllBytes(blob("model.safetensors"));
        weights[70_000] ^= 1;
        Files.write(blob("model.safetensors"), weights);

        Run run = offline("cache", "verify", NAME);
        assertEquals(1, run.exitCode());
        assertTrue(run.out().startsWith(NAME + ": damaged; 5 files checked"), run.out());
        assertTrue(run.out().contains("(it is model.safetensors)"), run.out());
        assertTrue(run.err().contains("--repair"), run.err());
        assertEquals(1, run.err().lines().count());
        Run json = offline("cache", "verify", "--output", "json");
        assertEquals(1, json.exitCode());
        JsonObject report = JsonParser.parseString(json.out()).getAsJsonObject();
        assertTrue(report.get("damaged").getAsBoolean());
        assertEquals(
                "damaged_blob",
                report.getAsJsonArray("problems")
                        .get(0)
                        .getAsJsonObject()
                        .get("kind")
                        .getAsString());

        assertTrue(output(offline("cache", "verify", "--repair")).contains("  deleted blobs/"));
        output(offline("cache", "verify"));
        output(tesserae("download", NAME));
        assertEquals(NAME + ": sound; 5 files checked, 154.4 kB\n", output(offline("cache", "verify", NAME)));
    }

    @Test
    void removingIsShownFirstAndThenDone() throws IOException {
        output(tesserae("download", NAME));
        String old = commit;
        Map<String, byte[]> changed = files(FIXTURE);
        changed.put(
                "config.json",
                (new String(changed.get("config.json"), StandardCharsets.UTF_8) + "\n")
                        .getBytes(StandardCharsets.UTF_8));
        commit = repository.commit(changed);
        output(tesserae("download", NAME));

        String dry = output(offline("cache", "remove", "--dry-run", NAME + "@" + old));
        assertTrue(dry.startsWith("would remove " + NAME + "@" + old + ", 682 B\n"), dry);
        assertTrue(dry.contains("  " + model().resolve("snapshots").resolve(old) + "\n"), dry);
        assertFails("has no model \"someone/else\"", offline("cache", "remove", NAME, "someone/else"));
        assertTrue(output(offline("cache", "list", "--output", "json")).contains(old));

        assertEquals("removed " + NAME + "@" + old + ", 682 B\n", output(offline("cache", "remove", NAME + "@" + old)));
        output(offline("tokenize", "--model", NAME, "x"));
        assertEquals(NAME + ": sound; 5 files checked, 154.4 kB\n", output(offline("cache", "verify")));
        assertTrue(output(offline("cache", "remove", NAME, NAME)).startsWith("removed " + NAME + ", 154.4 kB\n"));
        assertFalse(Files.exists(model()));
        assertFails("is not in the cache", offline("tokenize", "--model", NAME, "x"));
    }

    @Test
    void hostileNamesInTheCacheDoNotCommandTheTerminal() throws IOException {
        output(tesserae("download", NAME));
        Path snapshot = model().resolve("snapshots").resolve(commit);
        Files.createSymbolicLink(snapshot.resolve("evil\u001b[2J\nname"), Path.of("nowhere"));
        Files.writeString(model().resolve("refs/evil\u001b[2J"), commit);
        for (String[] arguments : new String[][] {
            {"cache", "list"},
            {"cache", "list", "--output", "json"},
            {"cache", "verify"},
            {"cache", "remove", "--dry-run", NAME + "@main"}
        }) {
            Run run = offline(arguments);
            assertTrue((run.out() + run.err()).chars().noneMatch(c -> c < ' ' && c != '\n'), run.toString());
        }
    }
}
