package io.tesserae.training.saving;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/** A folder while it is filled: remembers its files' names, and which one is being written, for the message if that fails. */
final class NewFolder {

    /** What goes into a folder. */
    @FunctionalInterface
    interface Contents {

        /** Writes all files. */
        void writeTo(NewFolder folder) throws IOException;
    }

    private final Path path;
    private final Disk disk;
    private final Set<String> names = new LinkedHashSet<>();
    private String current = "";

    NewFolder(Path path, Disk disk) {
        this.path = path;
        this.disk = disk;
    }

    /**
     * Creates a file.
     *
     * @param name relative, with {@code /} between folders
     */
    OutputStream create(String name) throws IOException {
        current = name;
        if (!names.add(name)) {
            throw new IllegalArgumentException("the file " + name + " was written before");
        }
        Path file = path.resolve(name);
        Files.createDirectories(file.getParent());
        return disk.create(file);
    }

    /** Writes a file of UTF-8 text. */
    void text(String name, String text) throws IOException {
        try (OutputStream out = create(name)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The files that were begun. */
    Set<String> names() {
        return names;
    }

    /** The file that was begun last; empty where there is none yet. */
    String current() {
        return current;
    }
}
