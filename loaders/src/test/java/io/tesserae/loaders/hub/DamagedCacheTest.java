package io.tesserae.loaders.hub;

import static io.tesserae.loaders.hub.HubTestBed.NAME;
import static io.tesserae.loaders.hub.HubTestBed.files;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.CheckpointWeights;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a full drive or another program did to a cached file is noticed when the file is opened. */
class DamagedCacheTest {

    private static final int LIMIT = 1_000_000;
    private static final String WEIGHTS = "model.safetensors";

    @TempDir
    Path folder;

    private HubTestBed bed;

    @BeforeEach
    void start() throws IOException {
        bed = new HubTestBed(folder.resolve("hub"));
        Path weights = folder.resolve("weights");
        SafetensorsWriter writer = new SafetensorsWriter();
        writer.addLongs("numbers", new long[100], 100);
        writer.write(weights);
        Map<String, byte[]> files = new TreeMap<>(files());
        files.put(WEIGHTS, Files.readAllBytes(weights));
        files.put("tokenizer.json", HubTestBed.text("{}" + " ".repeat(200_000))); // large: named by its SHA-256
        bed.server.repository(NAME).commit(files);
        bed.hub().download(NAME);
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private ModelFiles cached() throws IOException {
        return bed.hub(bed.settings(Map.of("HF_HUB_OFFLINE", "1"))).download(NAME);
    }

    private Path blob(String name) throws IOException {
        return cached().path(name).orElseThrow().toRealPath();
    }

    private void assertRepairHelps() throws IOException {
        HubCache cache = new HubCache(bed.cache);
        cache.repair(cache.verify(NAME, any -> {}));
        ModelFiles files = bed.hub().download(NAME);
        assertEquals("[PAD]\n[UNK]\n", files.readText("vocab.txt", LIMIT));
        CheckpointWeights.open(files).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"vocab.txt", "config.json", "tokenizer.json"})
    void aTextThatWasCutShortIsNotRead(String name) throws IOException {
        Path blob = blob(name);
        int length = (int) Files.size(blob) - 6;
        Files.write(blob, Arrays.copyOf(Files.readAllBytes(blob), length));
        ModelLoadingException failure = assertThrows(ModelLoadingException.class, () -> cached().readText(name, LIMIT));
        for (String expected : List.of(
                blob.toString(),
                name + " of " + NAME,
                "expected the checksum in its name, found ",
                length + " bytes",
                "'tesserae cache verify --repair " + NAME + "'")) {
            assertTrue(failure.getMessage().contains(expected), failure.getMessage());
        }
        assertRepairHelps();
    }

    @Test
    void norOneOfTheRightLengthWithOtherBytes() throws IOException {
        Path blob = blob("vocab.txt");
        Files.writeString(blob, "[PAD]\n[XXX]\n");
        assertThrows(ModelLoadingException.class, () -> cached().readText("vocab.txt", LIMIT));
        assertRepairHelps();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, -700, 5})
    void weightsOfAnotherLengthAreRefused(int change) throws IOException {
        Path blob = blob(WEIGHTS);
        Files.write(blob, Arrays.copyOf(Files.readAllBytes(blob), (int) Files.size(blob) + change));
        ModelLoadingException failure =
                assertThrows(ModelLoadingException.class, () -> CheckpointWeights.open(cached()));
        for (String expected : List.of(
                WEIGHTS + ": expected 800 bytes of tensor data, found " + (800 + change),
                "If its blob " + blob + " is damaged",
                "'tesserae cache verify --repair " + NAME + "'")) {
            assertTrue(failure.getMessage().contains(expected), failure.getMessage());
        }
        assertRepairHelps();
    }

    @Test
    void whatIsNotNamedByAChecksumIsReadAsItIs() throws IOException {
        Path link = cached().path("vocab.txt").orElseThrow();
        Files.delete(link);
        Files.writeString(link, "[PAD]\n"); // as where there are no links
        assertEquals("[PAD]\n", cached().readText("vocab.txt", LIMIT));
        assertEquals(
                Optional.of("If it is damaged, 'tesserae cache verify --repair " + NAME
                        + "' deletes it, and the next download fetches it again"),
                cached().remedy("vocab.txt"));
        Files.delete(link);
        Path blob = Files.writeString(bed.repository().resolve("blobs/from-a-mirror"), "[UNK]\n");
        Files.createSymbolicLink(link, blob);
        assertEquals("[UNK]\n", cached().readText("vocab.txt", LIMIT));
    }

    @Test
    void aLinkOnwardFromABlobIsFollowedUnderTheBlobsName() throws IOException {
        Path blob = blob("vocab.txt");
        Path shared = folder.resolve("0".repeat(64)); // named by something else than its SHA-256
        Files.move(blob, shared);
        Files.createSymbolicLink(blob, shared);
        assertEquals("[PAD]\n[UNK]\n", cached().readText("vocab.txt", LIMIT));
    }
}
