package io.tesserae.loaders.files;

import io.tesserae.arguments.Arguments;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * The files of one checkpoint, by name: a folder, or resources in a jar.
 *
 * <p>Names are plain file names or relative paths below the checkpoint ({@code 1_Pooling/config.json}); a name that would
 * leave it is refused.
 */
public interface ModelFiles {

    /**
     * The files in a folder. One in another file system, such as a zip file that {@link java.nio.file.FileSystems#newFileSystem} has
     * opened, is read into the heap and not mapped, and the file system is not needed once a model is loaded.
     */
    static ModelFiles directory(Path directory) {
        return new DirectoryFiles(Arguments.require(directory, "directory"));
    }

    /**
     * Resources, as {@code resources("the demo model", name -> Demo.class.getResourceAsStream("model/" + name))}.
     *
     * <p>The caller's own code opens them, because a module's resources are its own: nobody else need be allowed to read them.
     *
     * @param where what error messages call the place, before the file's name
     * @param open opens a file by its name; null where there is none
     */
    static ModelFiles resources(String where, Function<String, InputStream> open) {
        return new ResourceFiles(Arguments.require(where, "where"), Arguments.require(open, "open"));
    }

    /**
     * Whether there is such a file.
     *
     * @throws ModelLoadingException if there is something of this name that is no file: a folder, a pipe, a link that leads nowhere
     */
    boolean exists(String name);

    /**
     * Reads a whole text file, strictly as UTF-8.
     *
     * @param byteLimit a longer file is refused rather than read
     * @throws ModelLoadingException if it is absent, too long, or not UTF-8
     * @throws IOException if reading fails
     */
    String readText(String name, long byteLimit) throws IOException;

    /**
     * A file's bytes as memory: mapped where it lies on disk, read where it is a resource or in another file system.
     *
     * @param arena the mapping lives as long as this does
     * @throws ModelLoadingException if it is absent
     * @throws IOException if mapping fails
     */
    MemorySegment map(String name, Arena arena) throws IOException;

    /**
     * Where a file lies, on disk or in another file system; empty where it is a resource, or absent.
     *
     * <p>What is on disk can be read without being mapped, and then does not count as the process's own memory.
     */
    default Optional<Path> path(String name) {
        return Optional.empty();
    }

    /**
     * The files in a folder of these, as those of one module of a sentence encoder.
     *
     * @param name a plain name; these files themselves where it is empty
     */
    default ModelFiles folder(String name) {
        return Arguments.require(name, "name").isEmpty() ? this : new FolderOfFiles(this, name);
    }

    /** Where a file is, or would be: for error messages. */
    String describe(String name);

    /** What to do if a file turns out to be damaged, as the end of an error message; empty where there is nothing to say. */
    default Optional<String> remedy(String name) {
        return Optional.empty();
    }
}
