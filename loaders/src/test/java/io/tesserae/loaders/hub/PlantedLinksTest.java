package io.tesserae.loaders.hub;

import static io.tesserae.loaders.hub.HubTestBed.NAME;
import static io.tesserae.loaders.hub.HubTestBed.files;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.fakehub.FakeRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links that somebody put into the cache where a download writes: what they lead to stays as it is. */
@Timeout(60)
class PlantedLinksTest {

    private static final String WEIGHTS = "model.safetensors";
    private static final String VICTIM = "somebody's own";

    @TempDir
    Path folder;

    private HubTestBed bed;
    private String commit;
    private Path victims;
    private Path victim;

    @BeforeEach
    void start() throws IOException {
        bed = new HubTestBed(folder.resolve("hub"));
        commit = bed.server.repository(NAME).commit(files());
        victims = Files.createDirectories(folder.resolve("victims"));
        victim = Files.writeString(victims.resolve("main"), VICTIM);
        Files.writeString(victims.resolve("config.json"), VICTIM);
    }

    @AfterEach
    void stop() throws IOException {
        bed.close();
        assertEquals(VICTIM, Files.readString(victim));
        assertEquals(VICTIM, Files.readString(victims.resolve("config.json")));
        try (Stream<Path> paths = Files.list(victims)) {
            assertEquals(2, paths.count(), "nothing was put beside them");
        }
    }

    private Path plant(Path link, Path target) throws IOException {
        Files.createDirectories(link.getParent());
        return Files.createSymbolicLink(link, target);
    }

    private Path blob(String file) {
        byte[] bytes = files().get(file);
        String etag = file.equals(WEIGHTS) ? FakeRepository.sha256(bytes) : FakeRepository.gitSha1(bytes);
        return bed.repository().resolve("blobs").resolve(etag);
    }

    private void assertArrives() throws IOException {
        assertArrayEquals(
                files().get(WEIGHTS),
                Files.readAllBytes(bed.hub().download(NAME).path(WEIGHTS).orElseThrow()));
        assertEquals(List.of(), bed.leftovers());
    }

    private Path partial() {
        return blob(WEIGHTS).resolveSibling(blob(WEIGHTS).getFileName() + ".incomplete");
    }

    @Test
    void theBeginningOfABlobIsNoLink() throws IOException {
        plant(partial(), victim);
        assertArrives();
        assertTrue(bed.warnings.getFirst().contains("found a link"), bed.warnings::toString);
        assertTrue(Files.isRegularFile(blob(WEIGHTS), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void norALinkToNothing() throws IOException {
        Path nothing = victims.resolve("nothing");
        plant(partial(), nothing);
        assertArrives();
        assertFalse(Files.exists(nothing));
    }

    @Test
    void norAnotherNameOfAFile() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("unix"));
        Files.createDirectories(partial().getParent());
        Files.createLink(partial(), victim);
        assertArrives();
    }

    @Test
    void norAFolderOrAPipe() throws Exception {
        Files.createDirectories(partial());
        assertArrives();
        Files.delete(blob(WEIGHTS));
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")));
        assertEquals(
                0,
                new ProcessBuilder("/usr/bin/mkfifo", partial().toString())
                        .start()
                        .waitFor());
        assertArrives(); // and does not wait for whoever might read
    }

    @Test
    void aFolderWithSomethingInItIsNotThrownAway() throws IOException {
        Files.createDirectories(partial().resolve("inside"));
        IOException failure = assertThrows(IOException.class, () -> bed.hub().download(NAME));
        assertTrue(failure.getMessage().contains(partial().toString()), failure.getMessage());
        assertTrue(failure.getMessage().contains("remove it"), failure.getMessage());
    }

    @Test
    void blobsAndRefsAndLocksThatAreLinksAreReplacedOrPassedOver() throws IOException {
        plant(blob(WEIGHTS), victim);
        plant(bed.repository().resolve("refs/main"), victim);
        plant(
                bed.cache.resolve(
                        ".locks/models--someone--sentiment/" + blob(WEIGHTS).getFileName() + ".lock"),
                victim);
        plant(bed.cache.resolve("CACHEDIR.TAG"), victim);
        assertArrives();
        assertTrue(Files.isRegularFile(bed.repository().resolve("refs/main"), LinkOption.NOFOLLOW_LINKS));
        assertEquals(commit, Files.readString(bed.repository().resolve("refs/main")));
    }

    @Test
    void whatASnapshotShowsIsReplacedAndNotWrittenThrough() throws IOException {
        plant(bed.repository().resolve("snapshots").resolve(commit).resolve("vocab.txt"), victims.resolve("nothing"));
        assertArrives();
        assertFalse(Files.exists(victims.resolve("nothing")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"blobs", "snapshots", "snapshots/COMMIT", "refs"})
    void foldersThatAreLinksAreRefused(String name) throws IOException {
        Path link = plant(bed.repository().resolve(name.replace("COMMIT", commit)), victims);
        IOException failure = assertThrows(IOException.class, () -> bed.hub().download(NAME));
        assertTrue(failure.getMessage().contains(link + ": expected a folder, found a link"), failure.getMessage());
    }

    @Test
    void whereAbsencesCannotBeNotedNoneIs() throws IOException {
        plant(bed.repository().resolve(".no_exist"), victims);
        assertArrives();
    }

    @ParameterizedTest
    @ValueSource(strings = {".locks", ".locks/models--someone--sentiment"})
    void whereLocksCannotBeMadeItGoesWithoutThem(String name) throws IOException {
        plant(bed.cache.resolve(name), victims);
        assertArrives();
    }

    @Test
    void theCacheAndAModelsFolderMayLieOnAnotherDrive() throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere/cache"));
        Path model = Files.createDirectories(folder.resolve("elsewhere/model"));
        plant(bed.cache, elsewhere);
        plant(bed.repository(), model);
        assertArrives();
        assertTrue(Files.exists(model.resolve("refs/main")));
    }
}
