package io.tesserae.loaders.hub;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be deleted of a model: decided first, so that it can be shown, and done later.
 *
 * <p>Links are deleted, not what they lead to. What is found first goes first: branches, then snapshots, then blobs; so a removal
 * that is cut short leaves no branch without a snapshot and no link without a blob, and can be repeated.
 */
public final class CacheRemoval {

    /** What lies in a model's folder, in the order in which it is deleted. */
    private static final List<String> PARTS = List.of("refs", "snapshots", ".no_exist", "blobs");

    private final RepositoryFolder repository;
    private final Optional<String> commit;
    private final List<Path> paths;
    private final long bytes;

    private CacheRemoval(RepositoryFolder repository, Optional<String> commit, List<Path> paths) throws IOException {
        this.repository = repository;
        this.commit = commit;
        this.paths = paths.stream()
                .filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
                .toList();
        long sum = 0;
        for (Path path : paths) {
            sum += ownBytes(path);
        }
        bytes = sum;
    }

    static CacheRemoval ofModel(RepositoryFolder repository) throws IOException {
        requireShape(repository);
        return new CacheRemoval(repository, Optional.empty(), List.of(repository.path()));
    }

    static CacheRemoval ofRevision(RepositoryFolder repository, ModelId revision) throws IOException {
        requireShape(repository);
        ModelScan scan = new ModelScan(repository);
        String commit = revision.isCommit() ? revision.revision() : scan.refs().get(revision.revision());
        if (commit == null || !scan.snapshots().containsKey(commit)) {
            throw new IOException("the cache " + repository.cache() + " has no revision \"" + revision.revision()
                    + "\" of the model \"" + revision.repository() + "\"; it has "
                    + (scan.snapshots().isEmpty() ? "none" : known(scan)));
        }
        if (scan.snapshots().size() == 1) {
            return ofModel(repository);
        }
        requireAllSeen(scan);
        return new CacheRemoval(repository, Optional.of(commit), pathsOf(commit, scan));
    }

    private static String known(ModelScan scan) {
        Set<String> names = new java.util.TreeSet<>(scan.refs().keySet());
        names.addAll(scan.snapshots().keySet());
        return String.join(", ", names);
    }

    private static List<Path> pathsOf(String commit, ModelScan scan) {
        RepositoryFolder repository = scan.folder();
        List<Path> paths = new ArrayList<>();
        scan.refs().forEach((ref, target) -> {
            if (target.equals(commit)) {
                paths.add(repository.ref(ref));
            }
        });
        paths.add(repository.snapshot(commit));
        paths.add(repository.absences(commit));
        Set<Path> needed = scan.snapshots().entrySet().stream()
                .filter(other -> !other.getKey().equals(commit))
                .flatMap(other -> other.getValue().stream())
                .map(ModelScan.ShownFile::blob)
                .collect(Collectors.toSet());
        scan.snapshots().get(commit).stream()
                .map(ModelScan.ShownFile::blob)
                .filter(blob -> repository.blobs().equals(blob.getParent()) && !needed.contains(blob))
                .distinct()
                .sorted()
                .forEach(paths::add);
        return paths;
    }

    /** As {@link ModelId#repository()}. */
    public String repository() {
        return repository.repository();
    }

    /** The revision that goes; empty where the whole model does. */
    public Optional<String> commit() {
        return commit;
    }

    /** The files and folders that go, folders with all that is in them. */
    public List<Path> paths() {
        return paths;
    }

    /** How many bytes will be free then. */
    public long bytes() {
        return bytes;
    }

    /**
     * Deletes it.
     *
     * @throws IOException if somebody downloads the model now, or something cannot be deleted
     */
    public void execute() throws IOException {
        requireNoDownload();
        if (commit.isEmpty()) {
            for (String part : PARTS) {
                delete(repository.path().resolve(part));
            }
        }
        for (Path path : paths) {
            delete(path);
        }
    }

    // --- What is not deleted

    /** Whatever else lies in the folder is not ours to delete, and the folder may not be what it seems. */
    private static void requireShape(RepositoryFolder repository) throws IOException {
        if (!Files.isDirectory(repository.path(), LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(
                    repository.path() + ": a link, and what it leads to is not removed; delete it by hand");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(repository.path())) {
            for (Path entry : entries) {
                boolean isPart = PARTS.contains(entry.getFileName().toString())
                        && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
                boolean isHarmless =
                        ModelScan.isNotOurs(entry) && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS);
                if (!isPart && !isHarmless) {
                    throw new IOException(
                            repository.path() + ": not removed, because it holds something that no download"
                                    + " puts there: " + entry.getFileName() + "; take that away first");
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** A blob that a snapshot may show that could not be read must stay. */
    private static void requireAllSeen(ModelScan scan) throws IOException {
        Optional<Map.Entry<Path, String>> unseen =
                scan.unseen().entrySet().stream().findFirst();
        if (unseen.isPresent()) {
            throw new IOException(unseen.get().getKey() + ": not looked into ("
                    + unseen.get().getValue() + "), so it is not known which blobs are needed; nothing was removed");
        }
    }

    private void requireNoDownload() throws IOException {
        if (!Files.isDirectory(repository.locks())) {
            return;
        }
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(repository.locks(), "*.lock")) {
            for (Path lock : locks) {
                if (BlobLock.isHeld(lock)) {
                    throw new IOException("the model \"" + repository.repository()
                            + "\" is being downloaded right now; nothing was removed");
                }
            }
        }
    }

    // --- Trees

    /** Links are visited as themselves: this is the way of {@link Files#walkFileTree} unless it is told otherwise. */
    private abstract static class Visitor extends SimpleFileVisitor<Path> {

        /** What another deleted meanwhile is as good as deleted here. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }
    }

    private static long ownBytes(Path path) throws IOException {
        long[] sum = {0};
        Files.walkFileTree(path, new Visitor() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum[0] += attributes.isRegularFile() ? attributes.size() : 0;
                return FileVisitResult.CONTINUE;
            }
        });
        return sum[0];
    }

    private static void delete(Path path) throws IOException {
        Files.walkFileTree(path, new Visitor() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
