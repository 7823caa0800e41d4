package io.tesserae.training.saving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A folder that is there as a whole, or not at all. It is written under a hidden name beside its own, forced to the disk, and renamed.
 * Where it replaces another, that one is renamed aside first, and deleted last.
 *
 * <p>There is one instant, between two renames, when neither is there under the name. {@link #recover} finishes what was interrupted
 * then; it is to be called before anything is read.
 */
final class AtomicFolder {

    private static final String UNFINISHED = ".unfinished";
    private static final String PREVIOUS = ".previous";
    private static final String REMOVED = ".removed";

    private AtomicFolder() {}

    /**
     * Writes a folder, in place of one that was there before.
     *
     * @throws SavingFailure if it cannot be written; what was there before still is
     */
    static void write(Path folder, Disk disk, NewFolder.Contents contents) throws SavingFailure {
        NewFolder unfinished = new NewFolder(beside(folder, UNFINISHED), disk);
        try {
            recover(folder);
            Files.createDirectories(folder.toAbsolutePath().getParent());
            fill(beside(folder, UNFINISHED), unfinished, contents);
            swap(folder);
        } catch (IOException e) {
            throw new SavingFailure(unfinished.current(), e);
        }
    }

    private static void swap(Path folder) throws IOException {
        boolean replaces = FolderTree.exists(folder);
        if (replaces) {
            move(folder, beside(folder, PREVIOUS));
        }
        try {
            move(beside(folder, UNFINISHED), folder);
        } catch (IOException e) {
            if (replaces) {
                move(beside(folder, PREVIOUS), folder);
            }
            deleteIfPossible(beside(folder, UNFINISHED));
            throw e;
        }
        FolderTree.forceEntries(folder.toAbsolutePath().getParent());
        deleteIfPossible(beside(folder, PREVIOUS));
    }

    /** Fills a folder that nobody sees yet; where that fails, it is gone again. */
    static void fill(Path path, NewFolder folder, NewFolder.Contents contents) throws IOException {
        boolean complete = false;
        try {
            Files.createDirectory(path);
            contents.writeTo(folder);
            FolderTree.force(path);
            complete = true;
        } finally {
            if (!complete) {
                deleteIfPossible(path);
            }
        }
    }

    /** Deletes a folder such that it is never seen with a part of its files. */
    static void delete(Path folder) throws IOException {
        FolderTree.delete(beside(folder, REMOVED));
        move(folder, beside(folder, REMOVED));
        FolderTree.delete(beside(folder, REMOVED));
    }

    /** Finishes, or undoes, what was interrupted. */
    static void recover(Path folder) throws IOException {
        Path previous = beside(folder, PREVIOUS);
        Path unfinished = beside(folder, UNFINISHED);
        if (FolderTree.exists(previous) && !FolderTree.exists(folder)) {
            // The previous one is moved aside only when the next is complete.
            move(FolderTree.exists(unfinished) ? unfinished : previous, folder);
        }
        FolderTree.delete(unfinished);
        FolderTree.delete(previous);
        FolderTree.delete(beside(folder, REMOVED));
    }

    /** The folder that something hidden belongs to, by the name of that; itself where it is nothing of this class. */
    static Path owner(Path hidden) {
        String name = hidden.getFileName().toString();
        for (String ending : new String[] {UNFINISHED, PREVIOUS, REMOVED}) {
            if (name.startsWith(".") && name.endsWith(ending) && name.length() > ending.length() + 1) {
                return hidden.resolveSibling(name.substring(1, name.length() - ending.length()));
            }
        }
        return hidden;
    }

    static Path beside(Path folder, String ending) {
        Path whole = folder.toAbsolutePath().normalize();
        return whole.resolveSibling("." + whole.getFileName() + ending);
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** What cannot be deleted now does no harm under its hidden name. */
    private static void deleteIfPossible(Path path) {
        try {
            FolderTree.delete(path);
        } catch (IOException e) {
            // The next start deletes it.
        }
    }
}
