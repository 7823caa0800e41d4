package io.tesserae.loaders.hub;

import static io.tesserae.loaders.hub.HubTestBed.NAME;
import static io.tesserae.loaders.hub.HubTestBed.WEIGHTS_LENGTH;
import static io.tesserae.loaders.hub.HubTestBed.files;
import static io.tesserae.loaders.hub.HubTestBed.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.fakehub.FakeRepository;
import io.tesserae.fakehub.FakeRequest;
import io.tesserae.fakehub.Fault;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.hub.HubException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cut connections, servers that lie, what earlier downloads left behind: nothing wrong gets into the cache. */
class DamagedDownloadTest {

    private static final String WEIGHTS = "model.safetensors";

    @TempDir
    Path folder;

    private HubTestBed bed;
    private FakeRepository repository;
    private String commit;
    private byte[] weights;

    @BeforeEach
    void start() {
        bed = new HubTestBed(folder.resolve("hub"));
        repository = bed.server.repository(NAME);
        commit = repository.commit(files());
        weights = files().get(WEIGHTS);
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private void assertWhole(ModelFiles files) throws IOException {
        assertArrayEquals(weights, Files.readAllBytes(files.path(WEIGHTS).orElseThrow()));
        assertEquals(List.of(), bed.leftovers());
    }

    private HubException failure() {
        HubException failure = assertThrows(HubException.class, () -> bed.hub().download(NAME));
        assertFalse(Files.exists(
                bed.repository().resolve("snapshots").resolve(commit).resolve(WEIGHTS)));
        assertFalse(
                Files.exists(bed.repository().resolve("refs/main")),
                "a branch stands only at commits that are all there");
        return failure;
    }

    private List<Optional<String>> ranges() {
        return bed.server.requests().stream()
                .filter(request -> request.host() == FakeRequest.Host.CDN)
                .map(request -> request.header("range"))
                .toList();
    }

    private Path partial() throws IOException {
        Path blobs = Files.createDirectories(bed.repository().resolve("blobs"));
        return blobs.resolve(FakeRepository.sha256(weights) + ".incomplete");
    }

    @Test
    void aCutConnectionIsTakenUpWhereItBroke() throws IOException {
        bed.server.fault("CDN " + WEIGHTS, new Fault.Cut(100_000), new Fault.Cut(0), new Fault.Cut(50_000));
        assertWhole(bed.hub().download(NAME));
        assertEquals(
                List.of(
                        Optional.empty(),
                        Optional.of("bytes=100000-"),
                        Optional.of("bytes=100000-"),
                        Optional.of("bytes=150000-")),
                ranges());
    }

    @Test
    void whatEndsAHubsPatienceIsFailureWithoutProgress() throws IOException {
        // Each attempt brings something, so none of them is the last.
        bed.server.fault(
                "CDN " + WEIGHTS, Collections.nCopies(20, new Fault.Cut(10_000)).toArray(Fault[]::new));
        assertWhole(bed.hub().download(NAME));
    }

    @Test
    void aDownloadThatNeverGetsFurtherIsGivenUpAndTakenUpLater() throws IOException {
        bed.server.fault("CDN " + WEIGHTS, new Fault.Cut(123_456));
        bed.server.fault("GET " + WEIGHTS, new Fault.None());
        bed.server.fault(
                "GET " + WEIGHTS, Collections.nCopies(4, new Fault.Status(500)).toArray(Fault[]::new));
        assertEquals(Reason.UNREACHABLE, failure().reason());
        assertEquals(123_456, Files.size(partial()));
        bed.server.forgetRequests();
        assertWhole(bed.hub().download(NAME));
        assertEquals(List.of(Optional.of("bytes=123456-")), ranges());
    }

    @Test
    void aDownloadThatStandsStillIsTakenUp() throws IOException {
        HubSettings settings = HubSettings.fromEnvironment(
                Map.of(
                        "HF_HUB_CACHE", bed.cache.toString(),
                        "HF_ENDPOINT", bed.server.endpoint().toString(),
                        "HF_HUB_DOWNLOAD_TIMEOUT", "1"),
                folder);
        bed.server.fault("CDN " + WEIGHTS, new Fault.Stall(100_000, 20_000));
        assertWhole(bed.hub(settings).download(NAME));
        assertEquals(List.of(Optional.empty(), Optional.of("bytes=100000-")), ranges());
        assertTrue(bed.warnings.getFirst().contains("nothing arrived for 1 s"), bed.warnings::toString);
    }

    @Test
    void whatAnEarlierDownloadLeftBehindNeedNotComeAgain() throws IOException {
        Files.write(partial(), Arrays.copyOf(weights, 200_000));
        assertWhole(bed.hub().download(NAME));
        assertEquals(List.of(Optional.of("bytes=200000-")), ranges());
        assertTrue(bed.events.contains("started " + WEIGHTS + " 200000 " + WEIGHTS_LENGTH), bed.events::toString);
    }

    @Test
    void whatIsLeftBehindWholeIsOnlyChecked() throws IOException {
        Files.write(partial(), weights);
        assertWhole(bed.hub().download(NAME));
        assertEquals(List.of(), ranges());
    }

    @Test
    void damagedLeftoversAreFetchedAnew() throws IOException {
        byte[] damaged = Arrays.copyOf(weights, 200_000);
        damaged[77]++;
        Files.write(partial(), damaged);
        assertWhole(bed.hub().download(NAME));
        assertEquals(List.of(Optional.of("bytes=200000-"), Optional.empty()), ranges());
    }

    @Test
    void leftoversThatAreTooLongAreFetchedAnew() throws IOException {
        Files.write(partial(), Arrays.copyOf(weights, WEIGHTS_LENGTH + 10));
        assertWhole(bed.hub().download(NAME));
    }

    @Test
    void aServerThatCannotResumeIsHeardFromTheBeginning() throws IOException {
        Files.write(partial(), Arrays.copyOf(weights, 200_000));
        bed.server.fault("CDN " + WEIGHTS, new Fault.IgnoredRange());
        assertWhole(bed.hub().download(NAME));
    }

    @Test
    void wrongBytesAreRefusedAndNotKept() throws IOException {
        byte[] wrong = weights.clone();
        wrong[WEIGHTS_LENGTH - 1]++;
        bed.server.fault("CDN " + WEIGHTS, new Fault.Body(wrong));
        HubException failure = failure();
        assertEquals(Reason.INVALID_ANSWER, failure.reason());
        assertTrue(failure.getMessage().contains("checksum"), failure.getMessage());
        assertEquals(List.of(), bed.leftovers());
        assertWhole(bed.hub().download(NAME));
    }

    @Test
    void wrongBytesOfSmallFilesToo() {
        byte[] config = files().get("config.json").clone();
        config[3]++;
        bed.server.fault("GET config.json", new Fault.None(), new Fault.Body(config));
        assertEquals(Reason.INVALID_ANSWER, failure().reason());
    }

    @Test
    void aBodyOfAnotherLengthIsRefusedBeforeItIsRead() {
        bed.server.fault("CDN " + WEIGHTS, new Fault.Body(new byte[WEIGHTS_LENGTH + 1]));
        HubException failure = failure();
        assertTrue(
                failure.getMessage().contains("expected a file of 300000 bytes, found one of 300001"),
                failure.getMessage());
    }

    @Test
    void aBodyWithoutALengthIsCountedAsItComes() {
        bed.server.fault("CDN " + WEIGHTS, new Fault.Endless());
        HubException failure = failure();
        assertTrue(failure.getMessage().contains("more than the 300000 bytes"), failure.getMessage());
    }

    @Test
    void headersThatMakeNoSenseAreRefused() {
        // The answer leads to another host, so that it counts itself.
        Map<String, String> faults = Map.of(
                "X-Repo-Commit", "../../../etc",
                "X-Linked-Etag", "\"../../x\"",
                "X-Linked-Size", "-5");
        faults.forEach((name, value) -> {
            bed.server.fault(
                    "HEAD config.json",
                    new Fault.Headers(Map.of(name, value, "Location", "http://elsewhere.invalid/")));
            HubException failure = failure();
            assertEquals(Reason.INVALID_ANSWER, failure.reason(), name);
        });
        bed.server.fault("HEAD config.json", new Fault.Headers(Map.of("Location", "file:///etc/passwd")));
        assertTrue(failure().getMessage().contains("file:///etc/passwd"));
        bed.server.fault(
                "HEAD config.json",
                new Fault.Headers(Map.of("X-Repo-Commit", "", "Location", "http://elsewhere.invalid/")));
        assertTrue(failure().getMessage().contains("X-Repo-Commit"));
    }

    @Test
    void whatIsCompressedOnTheWayIsRefused() {
        bed.server.fault("CDN " + WEIGHTS, new Fault.Headers(Map.of("Content-Encoding", "gzip")));
        assertTrue(failure().getMessage().contains("gzip"));
    }

    @Test
    void redirectsThatGoInCirclesEnd() {
        bed.server.fault(
                "HEAD config.json",
                Collections.nCopies(30, new Fault.Headers(Map.of("Location", "/" + NAME + "/resolve/main/config.json")))
                        .toArray(Fault[]::new));
        assertTrue(failure().getMessage().contains("redirected more than"));
    }

    @Test
    void anIndexThatNamesFilesElsewhereIsRefused() {
        Map<String, byte[]> files = new TreeMap<>(files());
        files.remove(WEIGHTS);
        files.put(
                "model.safetensors.index.json",
                text("{\"metadata\": {}, \"weight_map\": {\"a\": \"../../x.safetensors\"}}"));
        repository.commit(files);
        assertThrows(ModelLoadingException.class, () -> bed.hub().download(NAME));
        files.put("model.safetensors", weights);
        files.put("modules.json", text("[{\"path\": \"../1_Pooling\"}]"));
        repository.commit(files);
        assertThrows(ModelLoadingException.class, () -> bed.hub().download(NAME));
    }

    @Test
    void aDownloadCanBeInterruptedAndTakenUpLater() throws Exception {
        bed.server.throttle(200_000);
        AtomicReference<Exception> failure = new AtomicReference<>();
        Thread download = Thread.ofPlatform().start(() -> {
            try {
                bed.hub().download(NAME);
            } catch (IOException e) {
                failure.set(e);
            }
        });
        while (!Files.exists(partial()) || Files.size(partial()) == 0) {
            Thread.sleep(5);
        }
        download.interrupt();
        download.join(10_000);
        assertTrue(failure.get() instanceof InterruptedIOException, () -> String.valueOf(failure.get()));
        long present = Files.size(partial());
        assertTrue(present > 0 && present < WEIGHTS_LENGTH);
        bed.server.throttle(Integer.MAX_VALUE);
        bed.server.forgetRequests();
        assertWhole(bed.hub().download(NAME));
        assertEquals(List.of(Optional.of("bytes=" + present + "-")), ranges());
    }
}
