package io.tesserae.training.saving;

import io.tesserae.training.failure.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * New files for a folder that stays: one that holds a run's checkpoints and logs, and may be where another disk is mounted, so that it
 * cannot be renamed.
 *
 * <p>The files are written into a hidden folder inside. Its rename to {@value #COMPLETE} is the moment from which the update holds:
 * what was not done then is done by {@link #recover}. Before it, nothing of the old files has changed.
 */
final class FolderUpdate {

    private static final String UNFINISHED = ".saving.unfinished";
    private static final String COMPLETE = ".saving.complete";

    /** Names of files that an earlier model left, and the new one does not have; a line each. */
    private static final String STALE = ".stale";

    private FolderUpdate() {}

    /**
     * Writes files into a folder.
     *
     * @param owned of the old files, those that go if the new ones do not have them
     * @throws SavingFailure if they cannot be written; the old ones are as they were
     */
    static void write(Path folder, Disk disk, Set<String> owned, NewFolder.Contents contents) throws SavingFailure {
        NewFolder unfinished = new NewFolder(folder.resolve(UNFINISHED), disk);
        try {
            recover(folder, owned);
            AtomicFolder.fill(folder.resolve(UNFINISHED), unfinished, files -> {
                contents.writeTo(files);
                List<String> stale = owned.stream()
                        .filter(name -> !files.names().contains(name))
                        .filter(name -> Files.isRegularFile(folder.resolve(name)))
                        .toList();
                files.text(STALE, String.join("\n", stale));
            });
            Files.move(folder.resolve(UNFINISHED), folder.resolve(COMPLETE), StandardCopyOption.ATOMIC_MOVE);
            FolderTree.forceEntries(folder);
            finish(folder, owned);
        } catch (IOException e) {
            throw new SavingFailure(unfinished.current(), e);
        }
    }

    /** Finishes an update that was interrupted when it was complete; undoes one that was not. */
    static void recover(Path folder, Set<String> owned) throws IOException {
        FolderTree.delete(folder.resolve(UNFINISHED));
        if (Files.isDirectory(folder.resolve(COMPLETE))) {
            finish(folder, owned);
        }
    }

    /** May be interrupted anywhere, and begun again. */
    private static void finish(Path folder, Set<String> owned) throws IOException {
        Path complete = folder.resolve(COMPLETE);
        Path stale = complete.resolve(STALE);
        if (Files.exists(stale)) {
            for (String name : Files.readString(stale).lines().toList()) {
                if (!owned.contains(name)) {
                    throw new TrainingException(stale + ": expected names of a model's files, found \"" + name
                            + "\"; remove the folder " + complete);
                }
                Files.deleteIfExists(folder.resolve(name));
            }
        }
        List<Path> files;
        try (Stream<Path> below = Files.walk(complete)) {
            files = below.filter(Files::isRegularFile)
                    .filter(file -> !file.equals(stale))
                    .toList();
        }
        for (Path file : files) {
            Path target = folder.resolve(complete.relativize(file));
            Files.createDirectories(target.getParent());
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            FolderTree.forceEntries(target.getParent());
        }
        FolderTree.forceEntries(folder);
        FolderTree.delete(complete);
    }
}
