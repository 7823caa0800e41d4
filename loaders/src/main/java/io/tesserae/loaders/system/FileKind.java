package io.tesserae.loaders.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Tells files from what only looks like one in a listing. A pipe that is opened waits for a writer, a device may have no end; a link
 * that leads nowhere is a download that was not finished, and not a file that the checkpoint does without.
 *
 * <p>Links to files are files, wherever they lead: in the hub's cache all files are.
 */
public final class FileKind {

    private FileKind() {}

    /** What is there instead of a file, in words; empty if it is a file, or there is nothing at all. */
    public static Optional<String> otherThanFile(Path path) {
        if (Files.isRegularFile(path) || !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        boolean link = Files.isSymbolicLink(path);
        if (link && !Files.exists(path)) {
            return Optional.of(brokenLink(path));
        }
        String kind = Files.isDirectory(path) ? "a folder" : "a pipe, a socket or a device";
        return Optional.of(link ? "a link to " + kind : kind);
    }

    private static String brokenLink(Path link) {
        try {
            return "a link to " + link.toRealPath(); // which has come into being just now
        } catch (NoSuchFileException e) {
            return "a link that leads nowhere";
        } catch (IOException e) {
            return "a link that cannot be followed (" + e.getMessage() + ")";
        }
    }
}
