package io.tesserae.loaders.hub;

import static io.tesserae.loaders.hub.CacheBuilder.commit;
import static io.tesserae.loaders.hub.CacheBuilder.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.loaders.hub.CacheProblem.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cache laid out by hand: {@code someone/sentiment} with two commits that share a file, an old model without an organisation, and
 * what else lies about in the cache of somebody who uses Python.
 */
class HubCacheTest {

    private static final String NAME = "someone/sentiment";
    private static final String WEIGHTS = "the weights, which both commits have";

    @TempDir
    Path folder;

    private Path root;
    private HubCache cache;
    private CacheBuilder sentiment;

    @BeforeEach
    void build() throws IOException {
        Path real = folder.toRealPath();
        root = real.resolve("hub");
        cache = new HubCache(root);
        sentiment = new CacheBuilder(root, NAME);
        sentiment.file(commit(1), "config.json", "{\"old\": 1}");
        sentiment.file(commit(1), "model.safetensors", WEIGHTS);
        sentiment.absent(commit(1), "modules.json");
        sentiment.file(commit(2), "config.json", "{\"new\": true}");
        sentiment.file(commit(2), "model.safetensors", WEIGHTS);
        sentiment.file(commit(2), "1_Pooling/config.json", "{}");
        sentiment.absent(commit(2), "vocab.txt");
        sentiment.ref("main", commit(2));
        sentiment.ref("refs/pr/1", commit(1));
        sentiment.ref("v1", commit(1));

        CacheBuilder old = new CacheBuilder(root, "gpt2");
        old.file(commit(3), "config.json", "{\"gpt\": 2}");
        old.ref("main", commit(3));

        text(root.resolve("CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n");
        text(root.resolve("version.txt"), "1");
        text(root.resolve(".locks/models--gpt2/x.lock"), "");
        text(root.resolve("datasets--someone--words/snapshots/" + commit(4) + "/data.txt"), "not a model");
    }

    // --- list

    @Test
    void listsModelsWithTheirRevisions() throws IOException {
        List<CachedModel> models = cache.list();
        assertEquals(
                List.of("gpt2", NAME),
                models.stream().map(CachedModel::repository).toList());
        CachedModel model = models.get(1);
        assertEquals(root.resolve("models--someone--sentiment"), model.folder());
        assertEquals(10 + 13 + 2 + WEIGHTS.length(), model.bytes());
        assertEquals(0, model.leftoverBytes());
        assertEquals(
                List.of(
                        new CachedModel.Revision(
                                commit(1),
                                List.of("refs/pr/1", "v1"),
                                10 + WEIGHTS.length(),
                                List.of("config.json", "model.safetensors")),
                        new CachedModel.Revision(
                                commit(2),
                                List.of("main"),
                                13 + 2 + WEIGHTS.length(),
                                List.of("1_Pooling/config.json", "config.json", "model.safetensors"))),
                model.revisions());
        assertEquals(model, cache.find(NAME).orElseThrow());
        assertEquals(10 + 13 + 2 + WEIGHTS.length() + 10, cache.bytes());
    }

    @Test
    void aCacheThatIsNotThereIsEmptyAndAFileIsNone() throws IOException {
        assertEquals(List.of(), new HubCache(folder.resolve("absent")).list());
        assertEquals(0, new HubCache(folder.resolve("absent")).bytes());
        assertTrue(new HubCache(folder.resolve("absent")).find(NAME).isEmpty());
        assertThrows(IOException.class, () -> new HubCache(root.resolve("CACHEDIR.TAG")).list());
    }

    @Test
    void whatIsOddIsPassedOver() throws IOException {
        List<CachedModel> before = cache.list();
        Path model = sentiment.folder().path();
        text(root.resolve("models--stray"), "a file");
        text(root.resolve("models--not a name!/snapshots/x/y"), "");
        text(root.resolve("models--a--b--c/snapshots/x/y"), "");
        text(root.resolve("models--/snapshots/x/y"), "");
        Files.createDirectories(root.resolve("models--nothing--inside"));
        Files.createDirectories(root.resolve("spaces--someone--thing/snapshots"));
        Files.createSymbolicLink(root.resolve("models--loop--loop"), Path.of("models--loop--loop"));
        text(model.resolve("snapshots/.DS_Store"), "");
        text(model.resolve("refs/.DS_Store"), "");
        text(model.resolve("snapshots/stray"), "a file");
        // A folder that leads back to where one came from.
        Files.createSymbolicLink(model.resolve("snapshots").resolve(commit(1)).resolve("loop"), Path.of("../.."));
        Files.createSymbolicLink(model.resolve("snapshots").resolve(commit(9)), Path.of(commit(1)));
        sentiment.link(commit(2), "broken.json", sentiment.folder().blob("0".repeat(40)));
        sentiment.link(
                commit(2),
                "again.safetensors",
                sentiment.folder().snapshot(commit(1)).resolve("model.safetensors"));
        CacheBuilder.text(sentiment.folder().ref("bad"), "\0 no commit");

        List<CachedModel> after = cache.list();
        assertEquals(before.size(), after.size());
        assertEquals(before.get(1).bytes(), after.get(1).bytes());
        assertEquals(2, after.get(1).revisions().size());
        // A link to another snapshot's file shows the same bytes: they count once.
        assertEquals(
                List.of("1_Pooling/config.json", "again.safetensors", "config.json", "model.safetensors"),
                after.get(1).revisions().get(1).files());
        assertEquals(
                before.get(1).revisions().get(1).bytes(),
                after.get(1).revisions().get(1).bytes());
        cache.verify(NAME, any -> {});
    }

    @Test
    void aDownloadThatHasJustBegunIsAModelWithoutRevisions() throws IOException {
        RepositoryFolder other = new RepositoryFolder(root, "someone/begun");
        text(other.blob("0".repeat(64) + ".incomplete"), "half");
        CachedModel model = cache.find("someone/begun").orElseThrow();
        assertEquals(List.of(), model.revisions());
        assertEquals(0, model.bytes());
        assertEquals(4, model.leftoverBytes());
    }

    @Test
    void aPayloadThatModelsShareCountsOnceForTheCache() throws IOException {
        // As Python keeps what came by its Xet protocol.
        Path payload = text(root.resolve("blobs/ab/ab" + "0".repeat(62)), "shared by two models");
        for (String name : List.of("someone/one", "someone/two")) {
            CacheBuilder model = new CacheBuilder(root, name);
            Path blob = model.folder().blob("f".repeat(64));
            Files.createDirectories(blob.getParent());
            Files.createSymbolicLink(blob, blob.getParent().relativize(payload));
            model.link(commit(5), "model.safetensors", blob);
            assertEquals(20, cache.find(name).orElseThrow().bytes());
        }
        assertEquals(10 + 13 + 2 + WEIGHTS.length() + 10 + 20, cache.bytes());
        assertEquals(0, cache.removal("someone/one").bytes());
        cache.removal("someone/one").execute();
        assertTrue(Files.exists(payload));
        assertEquals(20, cache.find("someone/two").orElseThrow().bytes());
    }

    // --- verify

    private Map<Kind, List<Path>> problems() throws IOException {
        return cache.verify(NAME, any -> {}).problems().stream()
                .collect(Collectors.groupingBy(
                        CacheProblem::kind, TreeMap::new, Collectors.mapping(CacheProblem::path, Collectors.toList())));
    }

    @Test
    void aSoundModelIsSound() throws IOException {
        long[] last = {0};
        CacheVerification verification = cache.verify(NAME, bytes -> last[0] = bytes);
        assertEquals(List.of(), verification.problems());
        assertFalse(verification.isDamaged());
        assertEquals(4, verification.checkedFiles());
        assertEquals(10 + 13 + 2 + WEIGHTS.length(), verification.checkedBytes());
        assertEquals(verification.checkedBytes(), last[0]);
        assertEquals(0, verification.uncheckedFiles());
        assertThrows(IOException.class, () -> cache.verify("someone/else", any -> {}));
    }

    @Test
    void everyKindOfProblemIsFound() throws IOException {
        RepositoryFolder model = sentiment.folder();
        Path damaged = sentiment.file(commit(2), "vocab.txt", "[PAD]");
        Files.writeString(damaged, "[PAT]");
        Path cut = sentiment.file(commit(2), "other.safetensors", "more weights");
        Files.writeString(cut, "more wei");
        Path broken = sentiment.link(commit(1), "gone.json", model.blob("1".repeat(40)));
        Path foreign = sentiment.link(
                commit(1), "foreign.json", text(folder.toRealPath().resolve("elsewhere"), "{}"));
        Path unused = text(model.blob(io.tesserae.fakehub.FakeRepository.gitSha1(new byte[0])), "");
        Path leftover = text(model.blob("2".repeat(64) + ".1234abcd.incomplete"), "half of");
        Path ref = sentiment.ref("moved", commit(7));
        Path nonsense = sentiment.ref("nonsense", "../../..");
        Path linkToNothing = Files.createSymbolicLink(model.blob("3".repeat(40)), Path.of("nowhere"));
        sentiment.link(commit(1), "through.json", linkToNothing);
        sentiment.file(commit(1), "mirror.json", "W-some-etag", "named by no checksum");

        assertEquals(
                Map.of(
                        Kind.DAMAGED_BLOB, Stream.of(damaged, cut).sorted().toList(),
                        Kind.BROKEN_LINK,
                                Stream.of(
                                                broken,
                                                linkToNothing,
                                                model.snapshot(commit(1)).resolve("through.json"))
                                        .sorted()
                                        .toList(),
                        Kind.FOREIGN_LINK, List.of(foreign),
                        Kind.UNUSED_BLOB, List.of(unused),
                        Kind.LEFTOVER, List.of(leftover),
                        Kind.BROKEN_REF, List.of(ref, nonsense)),
                problems());
        CacheVerification verification = cache.verify(NAME, any -> {});
        assertTrue(verification.isDamaged());
        assertEquals(1, verification.uncheckedFiles());
        assertTrue(verification.problems().stream()
                .anyMatch(problem -> problem.message().contains("(it is vocab.txt)")));
    }

    @Test
    void leftoversAreNoDamage() throws IOException {
        text(sentiment.folder().blob("2".repeat(64) + ".incomplete"), "half of");
        text(sentiment.folder().blob("unused"), "nobody's");
        CacheVerification verification = cache.verify(NAME, any -> {});
        assertEquals(2, verification.problems().size());
        assertFalse(verification.isDamaged());
    }

    @Test
    void copiesInsteadOfLinksAreNotDamage() throws IOException {
        text(sentiment.folder().snapshot(commit(6)).resolve("config.json"), "a copy");
        CacheVerification verification = cache.verify(NAME, any -> {});
        assertEquals(List.of(), verification.problems());
        assertEquals(1, verification.uncheckedFiles());
    }

    @Test
    void whatIsBeingDownloadedIsNoLeftover() throws Exception {
        String etag = "2".repeat(64);
        text(sentiment.folder().blob(etag + ".incomplete"), "half of");
        try (BlobLock _ = BlobLock.acquire(sentiment.folder().lock(etag), () -> {})) {
            assertEquals(Map.of(), problems());
        }
        assertEquals(Set.of(Kind.LEFTOVER), problems().keySet());
    }

    @Test
    void repairTakesAwayWhatIsBrokenAndNothingElse() throws IOException {
        RepositoryFolder model = sentiment.folder();
        Path damaged = model.snapshot(commit(2)).resolve("model.safetensors").toRealPath();
        Files.writeString(damaged, "others");
        Path broken = sentiment.link(commit(1), "gone.json", model.blob("1".repeat(40)));
        Path ref = sentiment.ref("moved", commit(7));
        Path leftover = text(model.blob("2".repeat(64) + ".incomplete"), "half of");

        List<Path> deleted = cache.repair(cache.verify(NAME, any -> {}));
        assertEquals(
                Set.of(
                        damaged,
                        broken,
                        ref,
                        model.snapshot(commit(1)).resolve("model.safetensors"),
                        model.snapshot(commit(2)).resolve("model.safetensors")),
                Set.copyOf(deleted));
        assertTrue(deleted.stream().noneMatch(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS)));
        assertTrue(Files.exists(leftover));
        CacheVerification after = cache.verify(NAME, any -> {});
        assertFalse(after.isDamaged());
        assertEquals(3, after.checkedFiles());
    }

    @Test
    void repairStaysInTheModelsFolder() throws IOException {
        Path outside = text(folder.toRealPath().resolve("outside"), "mine");
        for (Path path : List.of(outside, sentiment.folder().path().resolve("../../../outside"))) {
            CacheVerification forged =
                    new CacheVerification(NAME, 0, 0, 0, List.of(new CacheProblem(Kind.DAMAGED_BLOB, path, "")));
            assertEquals(List.of(), cache.repair(forged));
        }
        assertTrue(Files.exists(outside));
    }

    // --- remove

    /** All that lies in the cache, links as such. */
    private Set<String> everything() throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .map(path -> root.relativize(path).toString())
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void aModelGoesWholly() throws IOException {
        text(sentiment.folder().blob("2".repeat(64) + ".incomplete"), "half");
        text(sentiment.folder().path().resolve(".DS_Store"), "");
        CacheRemoval removal = cache.removal(NAME);
        assertEquals(10 + 13 + 2 + WEIGHTS.length() + 4 + 3 * 40, removal.bytes());
        assertEquals(List.of(sentiment.folder().path()), removal.paths());
        assertEquals(2, cache.list().size());
        Set<String> expected = everything();
        expected.removeIf(name -> name.startsWith("models--someone--sentiment"));

        removal.execute();
        assertEquals(expected, everything());
        assertFalse(Files.exists(sentiment.folder().path()));
        removal.execute(); // has been done
        assertThrows(IOException.class, () -> cache.removal(NAME));
    }

    @Test
    void aRevisionTakesWhatOnlyItShows() throws IOException {
        RepositoryFolder model = sentiment.folder();
        Path config = model.snapshot(commit(1)).resolve("config.json").toRealPath();
        for (String revision : List.of("v1", commit(1), "refs/pr/1")) {
            CacheRemoval removal = cache.removal(new ModelId(NAME, revision));
            assertEquals(commit(1), removal.commit().orElseThrow());
            assertEquals(10 + 2 * 40, removal.bytes());
            assertEquals(
                    Set.of(
                            model.ref("v1"),
                            model.ref("refs/pr/1"),
                            model.snapshot(commit(1)),
                            model.absences(commit(1)),
                            config),
                    Set.copyOf(removal.paths()));
        }
        cache.removal(new ModelId(NAME, "v1")).execute();
        CachedModel left = cache.find(NAME).orElseThrow();
        assertEquals(
                List.of(commit(2)),
                left.revisions().stream().map(CachedModel.Revision::commit).toList());
        assertEquals(13 + 2 + WEIGHTS.length(), left.bytes());
        assertEquals(0, left.leftoverBytes());
        assertEquals(List.of(), cache.verify(NAME, any -> {}).problems());

        assertEquals(
                Set.of(model.path()),
                Set.copyOf(cache.removal(new ModelId(NAME, "main")).paths()));
    }

    @Test
    void whatIsNotThereCannotBeRemoved() {
        IOException failure = assertThrows(IOException.class, () -> cache.removal(new ModelId(NAME, "v2")));
        assertTrue(
                failure.getMessage().contains("it has " + commit(1) + ", " + commit(2) + ", main"),
                failure.getMessage());
        assertThrows(IOException.class, () -> cache.removal(new ModelId(NAME, commit(9))));
        assertThrows(IOException.class, () -> cache.removal("someone/else"));
    }

    @Test
    void linksGoAndTheirTargetsStay() throws IOException {
        Path outside = text(folder.toRealPath().resolve("outside/precious"), "mine");
        Files.createSymbolicLink(sentiment.folder().snapshot(commit(1)).resolve("out"), outside);
        Files.createSymbolicLink(sentiment.folder().snapshot(commit(1)).resolve("outDirectory"), outside.getParent());
        Files.createSymbolicLink(sentiment.folder().blobs().resolve("outBlobs"), outside.getParent());
        // A folder that was not looked into may need any blob.
        assertThrows(IOException.class, () -> cache.removal(new ModelId(NAME, "v1")));
        cache.removal(NAME).execute();
        assertEquals("mine", Files.readString(outside));
        assertFalse(Files.exists(sentiment.folder().path()));
    }

    @Test
    void aRevisionThatShowsWhatLiesElsewhereDoesNotTakeIt() throws IOException {
        Path outside = text(folder.toRealPath().resolve("outside"), "mine");
        Path other = new CacheBuilder(root, "gpt2")
                .folder()
                .snapshot(commit(3))
                .resolve("config.json")
                .toRealPath();
        sentiment.link(commit(1), "outside", outside);
        sentiment.link(commit(1), "other", other);
        cache.removal(new ModelId(NAME, "v1")).execute();
        assertTrue(Files.exists(outside));
        assertTrue(Files.exists(other));
    }

    @Test
    void aFolderThatHoldsOtherThingsIsLeftAlone() throws IOException {
        Path notes = text(sentiment.folder().path().resolve("notes.txt"), "mine");
        Set<String> before = everything();
        for (ModelId id : List.of(new ModelId(NAME, "v1"), new ModelId(NAME, "main"))) {
            IOException failure = assertThrows(IOException.class, () -> cache.removal(id));
            assertTrue(failure.getMessage().contains("notes.txt"), failure.getMessage());
        }
        assertThrows(IOException.class, () -> cache.removal(NAME));
        Files.delete(notes);
        Files.move(sentiment.folder().refs(), folder.resolve("refs"));
        Files.createSymbolicLink(sentiment.folder().refs(), folder.toRealPath().resolve("refs"));
        assertThrows(IOException.class, () -> cache.removal(NAME));
        assertTrue(before.size() > 0 && Files.exists(folder.resolve("refs/main")));
    }

    @Test
    void aModelBehindALinkIsLeftAlone() throws IOException {
        Path moved = folder.toRealPath().resolve("large-disk");
        Files.move(sentiment.folder().path(), moved);
        Files.createSymbolicLink(sentiment.folder().path(), moved);
        assertEquals(2, cache.find(NAME).orElseThrow().revisions().size());
        assertEquals(List.of(), cache.verify(NAME, any -> {}).problems());
        assertThrows(IOException.class, () -> cache.removal(NAME));
        assertTrue(Files.exists(moved.resolve("refs/main")));
    }

    @Test
    void aModelThatIsBeingDownloadedIsLeftAlone() throws Exception {
        CacheRemoval removal = cache.removal(NAME);
        try (BlobLock _ = BlobLock.acquire(sentiment.folder().lock("2".repeat(64)), () -> {})) {
            IOException failure = assertThrows(IOException.class, removal::execute);
            assertTrue(failure.getMessage().contains("is being downloaded"), failure.getMessage());
            assertEquals(2, cache.find(NAME).orElseThrow().revisions().size());
        }
        removal.execute();
        assertTrue(cache.find(NAME).isEmpty());
    }

    @Test
    void whatMayNotBeDeletedIsSaid() throws IOException {
        Path snapshots = sentiment.folder().snapshot(commit(1));
        assumeTrue(!"root".equals(System.getProperty("user.name")));
        assertTrue(snapshots.toFile().setWritable(false));
        try {
            assertThrows(IOException.class, () -> cache.removal(NAME).execute());
        } finally {
            assertTrue(snapshots.toFile().setWritable(true));
        }
        cache.removal(NAME).execute();
    }

    // --- Python

    /** What {@code huggingface_hub} 1.33 makes of this very cache; {@link #theNumbersArePythons} asks it. */
    private static final String AS_PYTHON_SEES_IT = """
            gpt2 10
            %3$s 10 main config.json
            someone/sentiment 61
            %1$s 46 refs/pr/1,v1 config.json,model.safetensors
            %2$s 51 main 1_Pooling/config.json,config.json,model.safetensors
            """.formatted(commit(1), commit(2), commit(3));

    private String listing() throws IOException {
        StringBuilder text = new StringBuilder();
        for (CachedModel model : cache.list()) {
            text.append(model.repository()).append(' ').append(model.bytes()).append('\n');
            for (CachedModel.Revision revision : model.revisions()) {
                text.append(revision.commit())
                        .append(' ')
                        .append(revision.bytes())
                        .append(' ')
                        .append(String.join(",", revision.refs()))
                        .append(' ')
                        .append(String.join(",", revision.files()))
                        .append('\n');
            }
        }
        return text.toString();
    }

    @Test
    void theNumbersAreThoseThatPythonGave() throws IOException {
        assertEquals(AS_PYTHON_SEES_IT, listing());
    }

    @Test
    @EnabledIfEnvironmentVariable(named = "TESSERAE_REFERENCE_PYTHON", matches = ".+")
    void theNumbersArePythons() throws Exception {
        assertEquals(listing(), python("""
                for repo in sorted((r for r in info.repos if r.repo_type == "model"), key=lambda r: r.repo_id):
                    print(repo.repo_id, repo.size_on_disk)
                    for revision in sorted(repo.revisions, key=lambda r: r.commit_hash):
                        names = sorted(str(f.file_path.relative_to(revision.snapshot_path)) for f in revision.files)
                        print(revision.commit_hash, revision.size_on_disk, ",".join(sorted(revision.refs)), ",".join(names))
                """));
        // Python counts what it frees without refs.
        assertEquals(
                cache.removal(new ModelId(NAME, "v1")).bytes() - 2 * 40 + "\n",
                python("print(info.delete_revisions('" + commit(1) + "').expected_freed_size)"));
    }

    private String python(String script) throws IOException, InterruptedException {
        String begin = "from huggingface_hub import scan_cache_dir\ninfo = scan_cache_dir('" + root + "')\n";
        Process process = new ProcessBuilder(System.getenv("TESSERAE_REFERENCE_PYTHON"), "-P", "-c", begin + script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
