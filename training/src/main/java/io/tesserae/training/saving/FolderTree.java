package io.tesserae.training.saving;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** A folder with all below it: deleted, or forced to the disk. Links are not followed. */
final class FolderTree {

    private FolderTree() {}

    static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Deletes a folder, if it is there. */
    static void delete(Path folder) throws IOException {
        if (exists(folder)) {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path below, IOException failure) throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    Files.delete(below);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
    }

    /** Forces the entries of all folders below to the disk; those of the files' contents are there. */
    static void force(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult postVisitDirectory(Path below, IOException failure) {
                forceEntries(below);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Forces the names in one folder to the disk, where the system lets a folder be opened: Windows does not, and needs it less. */
    static void forceEntries(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // What a system cannot promise is no reason to give up a checkpoint that is written.
        }
    }
}
