package io.tesserae.loaders.hub;

import static io.tesserae.loaders.hub.HubTestBed.NAME;
import static io.tesserae.loaders.hub.HubTestBed.WEIGHTS_LENGTH;
import static io.tesserae.loaders.hub.HubTestBed.files;
import static io.tesserae.loaders.hub.HubTestBed.output;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.fakehub.FakeRepository;
import io.tesserae.fakehub.FakeRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several processes and one cache. */
class ProcessesTest {

    private static final String WEIGHTS = "model.safetensors";

    @TempDir
    Path folder;

    private HubTestBed bed;

    @BeforeEach
    void start() {
        bed = new HubTestBed(folder.resolve("hub"));
        bed.server.repository(NAME).commit(files());
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private void assertWhole(String snapshot) throws IOException {
        assertArrayEquals(files().get(WEIGHTS), Files.readAllBytes(Path.of(snapshot, WEIGHTS)));
        assertEquals(List.of(), bed.leftovers());
    }

    /** Looks when both have ended: while one works, a file of its own may come and go. */
    private void assertBothWhole(Process first, Process second) throws Exception {
        String firstSnapshot = output(first);
        String secondSnapshot = output(second);
        assertWhole(firstSnapshot);
        assertWhole(secondSnapshot);
    }

    private List<Optional<String>> ranges() {
        return bed.server.requests().stream()
                .filter(request -> request.host() == FakeRequest.Host.CDN)
                .map(request -> request.header("range"))
                .toList();
    }

    private Path partial() {
        return bed.repository().resolve("blobs").resolve(FakeRepository.sha256(files().get(WEIGHTS)) + ".incomplete");
    }

    @Test
    void aKilledDownloadIsTakenUpWhereItStopped() throws Exception {
        bed.server.throttle(200_000);
        Process killed = DownloadProcess.start(bed, NAME, false);
        while (!Files.exists(partial()) || Files.size(partial()) < 20_000) {
            assertTrue(killed.isAlive());
            Thread.sleep(5);
        }
        killed.destroyForcibly().waitFor();
        long present = Files.size(partial());
        assertTrue(present < WEIGHTS_LENGTH);

        bed.server.throttle(Integer.MAX_VALUE);
        bed.server.forgetRequests();
        assertWhole(output(DownloadProcess.start(bed, NAME, false)));
        assertEquals(List.of(Optional.of("bytes=" + present + "-")), ranges());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void processesThatWantTheSameModelFetchItOnce(boolean flock) throws Exception {
        bed.server.throttle(600_000);
        Process first = DownloadProcess.start(bed, NAME, flock);
        Process second = DownloadProcess.start(bed, NAME, flock);
        assertBothWhole(first, second);
        assertEquals(1, ranges().size());
    }

    @Test
    void processesWhoseLocksDoNotSeeEachOtherBothSucceed() throws Exception {
        bed.server.throttle(600_000);
        Process first = DownloadProcess.start(bed, NAME, false);
        Process second = DownloadProcess.start(bed, NAME, true);
        assertBothWhole(first, second);
    }
}
