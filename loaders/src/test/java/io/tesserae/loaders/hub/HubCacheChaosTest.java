package io.tesserae.loaders.hub;

import static io.tesserae.loaders.hub.CacheBuilder.commit;
import static io.tesserae.loaders.hub.CacheBuilder.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.fakehub.FakeRequest;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cache while others use it, and after they have ruined it. */
class HubCacheChaosTest {

    private static final String NAME = HubTestBed.NAME;

    @TempDir
    Path folder;

    @Test
    void aDownloadThatGoesOnIsNeitherDamageNorRemoved() throws Exception {
        try (HubTestBed bed = new HubTestBed(folder.toRealPath().resolve("hub"))) {
            bed.server.repository(NAME).commit(HubTestBed.files());
            bed.server.throttle(400_000);
            HubCache cache = new HubCache(bed.cache);
            CompletableFuture<Void> download = CompletableFuture.runAsync(() -> {
                try {
                    bed.hub().download(NAME);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            boolean refused = false;
            while (!download.isDone()) {
                for (CachedModel model : cache.list()) {
                    CacheVerification verification = cache.verify(model.repository(), any -> {});
                    assertFalse(verification.isDamaged(), verification.problems()::toString);
                    assertEquals(List.of(), cache.repair(verification));
                }
                boolean arriving = bed.events.contains("started model.safetensors 0 " + HubTestBed.WEIGHTS_LENGTH)
                        && bed.server.requests().stream().anyMatch(request -> request.host() == FakeRequest.Host.CDN)
                        && !bed.events.contains("finished model.safetensors");
                if (arriving && !refused) {
                    assertThrows(IOException.class, () -> cache.removal(NAME).execute());
                    refused = true;
                }
                Thread.sleep(5);
            }
            download.get();
            assertTrue(refused);
            assertEquals(List.of(), cache.verify(NAME, any -> {}).problems());
            cache.removal(NAME).execute();
            assertEquals(List.of(), cache.list());
            bed.server.throttle(Integer.MAX_VALUE);
            bed.hub().download(NAME);
            assertEquals(List.of(), cache.verify(NAME, any -> {}).problems());
        }
    }

    @Test
    void whatWasRepairedIsFetchedAgain() throws IOException {
        try (HubTestBed bed = new HubTestBed(folder.toRealPath().resolve("hub"))) {
            String commit = bed.server.repository(NAME).commit(HubTestBed.files());
            bed.hub().download(NAME);
            HubCache cache = new HubCache(bed.cache);
            Path weights = bed.repository().resolve("snapshots").resolve(commit).resolve("model.safetensors");
            Files.write(weights.toRealPath(), new byte[HubTestBed.WEIGHTS_LENGTH]);
            bed.hub().download(NAME); // as long as it should be: nothing to be seen without reading it
            assertTrue(cache.verify(NAME, any -> {}).isDamaged());
            cache.repair(cache.verify(NAME, any -> {}));
            bed.requests();
            bed.hub().download(NAME + "@" + commit);
            assertTrue(bed.requests().contains("CDN model.safetensors"));
            assertEquals(List.of(), cache.verify(NAME, any -> {}).problems());
        }
    }

    /** Whatever is done to a model's folder, nothing outside of it changes, and nobody fails but in the words of an IOException. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void aRuinedFolderHarmsNobody(int seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 12; round++) {
            Path root = folder.toRealPath().resolve("round" + round);
            Path outside = text(root.resolve("outside/file"), "mine");
            CacheBuilder other = new CacheBuilder(root.resolve("hub"), "other/model");
            other.file(commit(9), "config.json", "{}");
            other.ref("main", commit(9));
            CacheBuilder model = model(root.resolve("hub"));
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                ruin(model, outside, random);
            }
            HubCache cache = new HubCache(root.resolve("hub"));
            cache.list();
            cache.bytes();
            attempt(() -> cache.repair(cache.verify(NAME, any -> {})));
            attempt(() -> cache.removal(new ModelId(NAME, "v1")).execute());
            attempt(() -> cache.removal(NAME).execute());
            assertEquals("mine", Files.readString(outside));
            assertEquals(List.of(), cache.verify("other/model", any -> {}).problems());
            assertEquals(1, cache.find("other/model").orElseThrow().revisions().size());
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    private static void attempt(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            assertTrue(e.getMessage() != null && !e.getMessage().isBlank(), e::toString);
        }
    }

    private static CacheBuilder model(Path cache) throws IOException {
        CacheBuilder model = new CacheBuilder(cache, NAME);
        for (int i = 1; i <= 3; i++) {
            model.file(commit(i), "config.json", "{\"number\": " + i + "}");
            model.file(commit(i), "model.safetensors", "weights");
            model.file(commit(i), "1_Pooling/config.json", "{}");
            model.absent(commit(i), "vocab.txt");
        }
        model.ref("main", commit(3));
        model.ref("v1", commit(1));
        return model;
    }

    /** Replaces something in the folder by something else, or by nothing. */
    private static void ruin(CacheBuilder model, Path outside, Random random) throws IOException {
        List<Path> everything = new ArrayList<>();
        Optional.of(model.folder().path())
                .filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                .ifPresent(path -> everything.addAll(paths(path)));
        if (everything.isEmpty()) {
            return;
        }
        Path victim = everything.get(random.nextInt(everything.size()));
        delete(victim);
        switch (random.nextInt(8)) {
            case 0 -> {}
            case 1 -> Files.writeString(victim, commit(random.nextInt(4)));
            case 2 -> Files.write(victim, new byte[] {(byte) 0xFF, 0, '\n'});
            case 3 -> text(victim.resolve("inside"), "a file");
            case 4 -> Files.createSymbolicLink(victim, outside);
            case 5 -> Files.createSymbolicLink(victim, outside.getParent());
            case 6 -> Files.createSymbolicLink(victim, victim.getFileName());
            default -> Files.createSymbolicLink(victim, Path.of(".."));
        }
    }

    private static List<Path> paths(Path directory) {
        try (var stream = Files.walk(directory)) {
            return stream.sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void delete(Path path) throws IOException {
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
