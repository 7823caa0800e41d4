package io.tesserae.loaders.hub;

import static io.tesserae.loaders.hub.HubTestBed.NAME;
import static io.tesserae.loaders.hub.HubTestBed.files;
import static io.tesserae.loaders.hub.HubTestBed.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.fakehub.FakeRepository;
import io.tesserae.fakehub.Fault;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.hub.HubException.Reason;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A hub that wants to keep a program busy: with many files, and with bytes that never end to come. */
@Timeout(60)
class HostileHubTest {

    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    @TempDir
    Path folder;

    private HubTestBed bed;
    private FakeRepository repository;

    @BeforeEach
    void start() {
        bed = new HubTestBed(folder.resolve("hub"));
        repository = bed.server.repository(NAME);
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private static Map<String, byte[]> sharded(int shards) {
        Map<String, byte[]> files = new TreeMap<>(files());
        files.remove(WEIGHTS);
        String map = IntStream.range(0, shards)
                .mapToObj(i -> "\"t" + i + "\": \"shard-" + i + ".safetensors\"")
                .collect(Collectors.joining(", "));
        files.put(INDEX, text("{\"metadata\": {}, \"weight_map\": {" + map + "}}"));
        return files;
    }

    private HubException failure(Patience patience) {
        Hub hub = bed.hub(bed.settings(Map.of("HF_HUB_DOWNLOAD_TIMEOUT", "1"))).withPatience(patience);
        return assertThrows(HubException.class, () -> hub.download(NAME));
    }

    @Test
    void fewQuestionsAreOpenAtATime() {
        repository.commit(sharded(200));
        bed.server.delay(20);
        HubException failure = assertThrows(HubException.class, () -> bed.hub().download(NAME));
        assertTrue(failure.getMessage().contains("shard-199.safetensors"), failure.getMessage());
        // What the client has closed the server may not have noticed yet.
        assertTrue(bed.server.mostConnections() <= 16, "connections: " + bed.server.mostConnections());
    }

    @Test
    void moreShardsThanAnyModelHasAreRefusedBeforeOneIsAskedFor() {
        repository.commit(sharded(1_001));
        ModelLoadingException failure =
                assertThrows(ModelLoadingException.class, () -> bed.hub().download(NAME));
        assertTrue(failure.getMessage().contains(INDEX), failure.getMessage());
        assertTrue(failure.getMessage().contains("at most 1000 files, found 1001"), failure.getMessage());
        assertTrue(bed.requests().stream().noneMatch(request -> request.contains("shard-")));
    }

    @Test
    void moreModulesThanAnyModelHasAreRefusedBeforeOneIsAskedFor() {
        Map<String, byte[]> files = new TreeMap<>(files());
        files.put(
                "modules.json",
                text(IntStream.range(0, 101)
                        .mapToObj(i -> "{\"path\": \"module_" + i + "\"}")
                        .collect(Collectors.joining(", ", "[", "]"))));
        repository.commit(files);
        ModelLoadingException failure =
                assertThrows(ModelLoadingException.class, () -> bed.hub().download(NAME));
        assertTrue(failure.getMessage().contains("at most 100, found an array of 101"), failure.getMessage());
        assertTrue(bed.requests().stream().noneMatch(request -> request.contains("module_")));
    }

    @Test
    void aBodyThatDripsIsGivenUp() throws IOException {
        repository.commit(files());
        bed.hub().download(NAME); // the small files
        Path blob = bed.repository().resolve("blobs").resolve(FakeRepository.sha256(files().get(WEIGHTS)));
        Files.delete(blob);
        bed.server.throttle(50); // a byte every 20 ms: nothing ever stands still
        HubException failure =
                failure(HubTestBed.patience().withRetries(1, 100).withLeastSpeed(1024, Duration.ofSeconds(1)));
        assertEquals(Reason.UNREACHABLE, failure.reason());
        assertTrue(failure.getMessage().contains("bytes arrived in 1 s; expected 1024 a second"), failure.getMessage());
        assertTrue(failure.getMessage().contains("tried 2 times"), failure.getMessage());
        // An honest line that is slow gets through.
        bed.server.throttle(600_000);
        Hub hub = bed.hub(bed.settings(Map.of("HF_HUB_DOWNLOAD_TIMEOUT", "1")))
                .withPatience(HubTestBed.patience().withLeastSpeed(10_000, Duration.ofMillis(1)));
        assertArrayEquals(
                files().get(WEIGHTS),
                Files.readAllBytes(hub.download(NAME).path(WEIGHTS).orElseThrow()));
    }

    @Test
    void theSpeedIsThatOfTheNetworkNotOfWhoReads() throws IOException, InterruptedException {
        Patience patience = Patience.DEFAULT.withLeastSpeed(1_000_000, Duration.ofMillis(50));
        try (StallGuard guard =
                new StallGuard(new ByteArrayInputStream(new byte[100]), Duration.ofMillis(50), patience)) {
            byte[] chunk = new byte[1];
            for (int i = 0; i < 20; i++) {
                assertEquals(1, guard.read(chunk, 0, 1));
                Thread.sleep(10); // as a slow drive would
            }
        }
        InputStream slow = new FilterInputStream(new ByteArrayInputStream(new byte[100])) {
            @Override
            public int read(byte[] chunk, int offset, int length) throws IOException {
                try {
                    Thread.sleep(10);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return super.read(chunk, offset, length);
            }
        };
        try (StallGuard guard = new StallGuard(slow, Duration.ofMillis(50), patience)) {
            assertThrows(SlowBodyException.class, () -> {
                for (int i = 0; i < 20; i++) {
                    guard.read(new byte[1], 0, 1);
                }
            });
        }
    }

    @Test
    void progressDoesNotRenewPatienceForEver() {
        repository.commit(files());
        bed.server.fault(
                "CDN " + WEIGHTS, Collections.nCopies(50, new Fault.Cut(100)).toArray(Fault[]::new));
        HubException failure = failure(HubTestBed.patience().withRetries(4, 10));
        assertEquals(Reason.UNREACHABLE, failure.reason());
        assertTrue(failure.getMessage().contains("after 10 retries"), failure.getMessage());
        assertEquals(
                11, bed.requests().stream().filter(("CDN " + WEIGHTS)::equals).count());
    }

    @Test
    void aDownloadEndsInTheEndHoweverItGoesOn() throws IOException {
        repository.commit(files());
        bed.server.throttle(200_000);
        HubException failure = failure(HubTestBed.patience().withLongest(Duration.ofMillis(300)));
        assertEquals(Reason.UNREACHABLE, failure.reason());
        assertTrue(failure.getMessage().contains("not complete after 300 ms"), failure.getMessage());
        Path partial =
                bed.repository().resolve("blobs").resolve(FakeRepository.sha256(files().get(WEIGHTS)) + ".incomplete");
        assertTrue(Files.size(partial) > 0, "what has arrived is kept");
    }

    @Test
    void aDayIsTheLongest() throws IOException {
        AtomicLong clock = new AtomicLong();
        Retries retries = new Retries(Patience.DEFAULT, DownloadListener.NONE, clock::get);
        clock.set(Duration.ofHours(24).toNanos());
        retries.requireTime("x");
        clock.incrementAndGet();
        HubException failure = assertThrows(HubException.class, () -> retries.requireTime("x"));
        assertTrue(failure.getMessage().contains("24 hours"), failure.getMessage());
    }
}
