package io.tesserae.loaders.hub;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model's files as a snapshot in the cache shows them. Texts are compared with the checksums that their blobs are named by whenever
 * they are read: a vocabulary that was cut short by a full drive would otherwise be one of fewer words. Weights, which may be large, are
 * not: their header says how long they must be, and nothing else of them is checked here.
 *
 * @param files the snapshot's folder
 * @param repository as {@link ModelId#repository()}
 */
record SnapshotFiles(ModelFiles files, String repository) implements ModelFiles {

    static ModelFiles of(Path snapshot, String repository) {
        return new SnapshotFiles(ModelFiles.directory(snapshot), repository);
    }

    @Override
    public boolean exists(String name) {
        return files.exists(name);
    }

    @Override
    public String readText(String name, long byteLimit) throws IOException {
        Optional<Path> blob = blob(name);
        if (blob.isPresent() && Files.size(blob.get()) <= byteLimit) {
            requireSound(name, blob.get());
        }
        return files.readText(name, byteLimit);
    }

    @Override
    public MemorySegment map(String name, Arena arena) throws IOException {
        return files.map(name, arena);
    }

    @Override
    public Optional<Path> path(String name) {
        return files.path(name);
    }

    @Override
    public String describe(String name) {
        return files.describe(name);
    }

    @Override
    public Optional<String> remedy(String name) {
        String subject;
        try {
            subject = blob(name)
                    .map(blob -> "If its blob " + blob + " is damaged, ")
                    .orElse("If it is damaged, ");
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.of(subject + repair());
    }

    private void requireSound(String name, Path blob) throws IOException {
        String expected = blob.getFileName().toString();
        Optional<BlobChecksum> checksum = BlobChecksum.of(expected);
        if (checksum.isEmpty()) {
            return;
        }
        String found = checksum.get().compute(blob);
        if (!found.equals(expected)) {
            throw new ModelLoadingException(blob + ": damaged: it is " + name + " of " + repository
                    + ", expected the checksum in its name, found " + found + ", of " + Files.size(blob) + " bytes; "
                    + repair());
        }
    }

    private String repair() {
        return "'tesserae cache verify --repair " + repository + "' deletes it, and the next download fetches it again";
    }

    /** Where a file's link leads at first, which is what is named by a checksum; empty where the file itself lies here. */
    private Optional<Path> blob(String name) throws IOException {
        Optional<Path> file = files.path(name).filter(Files::isSymbolicLink);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Path link = file.get();
        return Optional.of(link.resolveSibling(Files.readSymbolicLink(link)).normalize());
    }
}
