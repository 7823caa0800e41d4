package io.tesserae.loaders.files;

import io.tesserae.arguments.Arguments;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file's bytes as memory: mapped where the file is one of the operating system's, and read where it lies in another file system, a
 * zip file or memory, which has nothing that could be mapped.
 */
public final class FileMemory {

    /** What one Java array holds. */
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

    private FileMemory() {}

    /** Whether a file can be mapped. */
    public static boolean canMap(Path path) {
        return Arguments.require(path, "path").getFileSystem() == FileSystems.getDefault();
    }

    /**
     * A file's bytes, read-only.
     *
     * @param arena a mapping lives as long as this does; what is read is the garbage collector's
     * @throws ModelLoadingException if it has to be read, and one Java array does not hold it
     */
    public static MemorySegment of(Path path, Arena arena) throws IOException {
        Arguments.require(arena, "arena");
        if (!canMap(path)) {
            return read(path);
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    /**
     * A file's bytes in the heap, read-only; as many as there are, whatever the file system says beforehand.
     *
     * @throws ModelLoadingException if one Java array does not hold them
     */
    public static MemorySegment read(Path path) throws IOException {
        if (Files.size(Arguments.require(path, "path")) > MOST_BYTES) {
            throw new ModelLoadingException(path + ": expected at most " + MOST_BYTES
                    + " bytes, since a file in a zip file, or in another file system than the machine's own, is read and not"
                    + " mapped; found " + Files.size(path) + ". Unpack it to a folder");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return MemorySegment.ofArray(in.readAllBytes()).asReadOnly();
        }
    }
}
