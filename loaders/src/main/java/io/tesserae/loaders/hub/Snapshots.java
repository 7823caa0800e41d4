package io.tesserae.loaders.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What the cache knows of one model's commits: where branches stand, which files a commit has, and which it has not. Everything
 * appears in one step, so that whoever reads beside never sees half of it.
 *
 * @param symlinks whether files are links to blobs where the file system has links
 */
record Snapshots(RepositoryFolder repository, boolean symlinks) {

    /** As the standard for such folders wants it, so that backups pass the cache over: https://bford.info/cachedir/. */
    private static final String CACHE_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n"
            + "# This folder holds models that can be downloaded again.\n";

    private static final int COMMIT_LENGTH = 40;

    Path folder(String commit) {
        return repository.snapshot(commit);
    }

    /** The folder of a revision, as far as the cache has it. */
    Optional<Path> find(ModelId model) throws IOException {
        Optional<String> commit = model.isCommit() ? Optional.of(model.revision()) : ref(model.revision());
        return commit.map(this::folder).filter(Files::isDirectory);
    }

    /** Where a branch or tag stood when the hub was last asked. */
    private Optional<String> ref(String revision) throws IOException {
        Path file = repository.ref(revision);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            String commit = new String(in.readNBytes(2 * COMMIT_LENGTH), StandardCharsets.UTF_8).strip();
            if (!ModelId.isCommit(commit)) {
                throw new IOException(
                        file + ": expected a commit, 40 digits of base 16, found other text; delete the file");
            }
            return Optional.of(commit);
        }
    }

    /** Remembers where a branch or tag stands. */
    void setRef(String revision, String commit) throws IOException {
        if (revision.equals(commit)) {
            return;
        }
        try {
            if (ref(revision).equals(Optional.of(commit))) {
                return;
            }
        } catch (IOException e) {
            // Written anew, whatever it was.
        }
        Path file = repository.ref(revision);
        repository.makeFolder(file.getParent());
        Path temporary =
                Files.writeString(beside(file), commit, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    boolean has(String commit, String file) {
        return Files.isRegularFile(folder(commit).resolve(file));
    }

    /** Whether the hub once said that the commit has no such file, to whomever it was. */
    boolean isKnownAbsent(String commit, String file) {
        return Files.exists(repository.absenceMarker(commit, file));
    }

    /** Remembers that the commit has no such file. That saves a question; where it cannot be written it is asked again. */
    void setAbsent(String commit, String file) {
        try {
            Path marker = repository.absenceMarker(commit, file);
            repository.makeFolder(marker.getParent());
            Files.createFile(marker);
        } catch (IOException e) {
            // Another was faster, or the cache is read-only.
        }
    }

    /**
     * Shows a blob as a file of a commit: as a relative link, so that the cache can be moved; where there are no links, as the file
     * itself if the blob is new, else, since others may need it too, as a copy.
     */
    void link(String commit, String file, String etag, boolean isNew) throws IOException {
        tagCache();
        Path link = folder(commit).resolve(file);
        Path blob = repository.blob(etag);
        repository.makeFolder(link.getParent());
        if (symlinks && tryLink(link, link.getParent().relativize(blob))) {
            return;
        }
        if (isNew) {
            Files.move(blob, link, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Path copy = Files.copy(blob, beside(link));
            Files.move(copy, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static boolean tryLink(Path link, Path target) throws IOException {
        Path temporary = beside(link);
        try {
            Files.createSymbolicLink(temporary, target);
        } catch (UnsupportedOperationException | IOException e) {
            return false; // Windows, for one, lets only some people do this
        }
        Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    private void tagCache() throws IOException {
        Path tag = repository.cache().resolve("CACHEDIR.TAG");
        try {
            Files.writeString(tag, CACHE_TAG, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            // As it should be.
        } catch (NoSuchFileException e) {
            Files.createDirectories(repository.cache());
            tagCache();
        }
    }

    private static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + "."
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()) + ".tmp");
    }
}
