package io.tesserae.loaders.hub;

import io.tesserae.arguments.Arguments;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * The folder that keeps downloaded models, seen as a whole; Python's {@code hf cache} looks at the same. Nothing is written but by
 * {@link #repair} and {@link CacheRemoval#execute}.
 *
 * <p>Others may download into it meanwhile. What they have begun is not taken for damage, and a model that is being downloaded is
 * not removed.
 */
public final class HubCache {

    private final Path folder;

    /** @param folder {@link HubSettings#cache()}; need not exist */
    public HubCache(Path folder) {
        this.folder = Arguments.require(folder, "folder");
    }

    /**
     * All models in it, by name. What is not a model's folder is passed over.
     *
     * @throws IOException if the cache cannot be read
     */
    public List<CachedModel> list() throws IOException {
        List<CachedModel> models = new ArrayList<>();
        for (RepositoryFolder repository : repositories()) {
            models.add(describe(new ModelScan(repository)));
        }
        return models;
    }

    /** How many bytes all models have together; what more than one of them shows counts once. */
    public long bytes() throws IOException {
        Map<Path, Long> sizes = new HashMap<>();
        long leftoverBytes = 0;
        for (RepositoryFolder repository : repositories()) {
            ModelScan scan = new ModelScan(repository);
            sizes.putAll(ModelScan.sizes(scan.shownFiles()));
            leftoverBytes += leftoverBytes(scan);
        }
        return total(sizes) + leftoverBytes;
    }

    /** What the cache has of a model; empty where it has nothing. */
    public Optional<CachedModel> find(String repository) throws IOException {
        Optional<RepositoryFolder> found = repository(repository);
        return found.isEmpty() ? Optional.empty() : Optional.of(describe(new ModelScan(found.get())));
    }

    /**
     * Compares every blob of a model with the checksum that it is named by, and looks for what is missing and for what is left over.
     * Reads everything: a second or two for each gigabyte.
     *
     * @param progress told how many bytes have been read so far
     * @throws IOException if the cache lacks the model, or cannot be read
     */
    public CacheVerification verify(String repository, LongConsumer progress) throws IOException {
        Arguments.require(progress, "progress");
        return new ModelVerification(new ModelScan(require(repository)), progress).run();
    }

    /**
     * Deletes the damaged blobs, the links that lead to nothing and the branches that stand nowhere, so that the next download
     * fetches what is missing. Everything else stays.
     *
     * @return what was deleted
     * @throws IOException if something cannot be deleted
     */
    public List<Path> repair(CacheVerification verification) throws IOException {
        Arguments.require(verification, "verification");
        RepositoryFolder repository = require(verification.repository());
        Set<Path> broken = new HashSet<>();
        for (CacheProblem problem : verification.problems()) {
            if (problem.isRepairable()) {
                broken.add(problem.path());
            }
        }
        // The links to a damaged blob go with it: Python takes a cache with broken links for corrupted.
        new ModelScan(repository)
                .shownFiles()
                .filter(file -> broken.contains(file.blob()))
                .forEach(file -> broken.add(file.entry()));
        List<Path> deleted = new ArrayList<>();
        for (Path path : broken.stream().sorted().toList()) {
            if (path.normalize().startsWith(repository.path()) && Files.deleteIfExists(path)) {
                deleted.add(path);
            }
        }
        return deleted;
    }

    /**
     * What removing a whole model would delete; nothing is deleted yet.
     *
     * @throws IOException if the cache lacks the model, or its folder holds something that no download put there
     */
    public CacheRemoval removal(String repository) throws IOException {
        return CacheRemoval.ofModel(require(repository));
    }

    /**
     * What removing one revision of a model would delete: its snapshot, the branches that stand at it, and the blobs that no other
     * snapshot shows. The last revision takes the whole model with it.
     *
     * @throws IOException if the cache lacks the model or the revision, or its folder holds something that no download put there
     */
    public CacheRemoval removal(ModelId revision) throws IOException {
        Arguments.require(revision, "revision");
        return CacheRemoval.ofRevision(require(revision.repository()), revision);
    }

    // --- Folders

    private List<RepositoryFolder> repositories() throws IOException {
        List<RepositoryFolder> repositories = new ArrayList<>();
        if (Files.notExists(folder)) {
            return repositories;
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + ": expected the folder of downloaded models, found a file");
        }
        Path root = folder.toRealPath();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            for (Path entry : entries) {
                RepositoryFolder.named(root, entry.getFileName().toString())
                        .filter(HubCache::looksLikeAModel)
                        .ifPresent(repositories::add);
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        repositories.sort((a, b) -> a.repository().compareTo(b.repository()));
        return repositories;
    }

    private Optional<RepositoryFolder> repository(String repository) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        return Optional.of(
                        new RepositoryFolder(folder.toRealPath(), new ModelId(repository, ModelId.MAIN).repository()))
                .filter(HubCache::looksLikeAModel);
    }

    private RepositoryFolder require(String repository) throws IOException {
        return repository(repository)
                .orElseThrow(() -> new IOException("the cache " + folder + " has no model \"" + repository + "\""));
    }

    /** The last one is there first: a download that is cut short may leave nothing else. */
    private static boolean looksLikeAModel(RepositoryFolder repository) {
        return Files.isDirectory(repository.snapshots())
                || Files.isDirectory(repository.refs())
                || Files.isDirectory(repository.blobs());
    }

    // --- Numbers

    private static CachedModel describe(ModelScan scan) throws IOException {
        Map<String, List<String>> refs = new HashMap<>();
        scan.refs()
                .forEach((ref, commit) ->
                        refs.computeIfAbsent(commit, any -> new ArrayList<>()).add(ref));
        List<CachedModel.Revision> revisions = new ArrayList<>();
        scan.snapshots()
                .forEach((commit, files) -> revisions.add(new CachedModel.Revision(
                        commit,
                        List.copyOf(refs.getOrDefault(commit, List.of())),
                        total(ModelScan.sizes(files.stream())),
                        files.stream()
                                .filter(file -> !file.isBroken())
                                .map(ModelScan.ShownFile::name)
                                .toList())));
        RepositoryFolder repository = scan.folder();
        Optional<Instant> lastModified = scan.shownFiles()
                .filter(file -> !file.isBroken())
                .map(ModelScan.ShownFile::modified)
                .max(Instant::compareTo);
        return new CachedModel(
                repository.repository(),
                repository.path(),
                total(ModelScan.sizes(scan.shownFiles())),
                leftoverBytes(scan),
                lastModified.isPresent()
                        ? lastModified.get()
                        : Files.getLastModifiedTime(repository.path()).toInstant(),
                List.copyOf(revisions));
    }

    private static long total(Map<Path, Long> sizes) {
        return sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long leftoverBytes(ModelScan scan) {
        long bytes = 0;
        for (Path leftover : scan.leftovers()) {
            bytes += RepositoryFolder.ownBytes(leftover);
        }
        for (Path blob : scan.unusedBlobs()) {
            bytes += RepositoryFolder.ownBytes(blob);
        }
        return bytes;
    }
}
