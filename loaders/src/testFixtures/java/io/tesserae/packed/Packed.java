package io.tesserae.packed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;

/** A file of the test data that may lie there compressed: {@code expected.safetensors.gz}, {@code fill-mask-answers.json.gz}. */
public final class Packed {

    /** What this JVM has unpacked, each file once; it is deleted when the JVM ends. */
    private static final ConcurrentHashMap<Path, Path> UNPACKED = new ConcurrentHashMap<>();

    private Packed() {}

    /** Whether there is this file, or one with {@code .gz} after its name. */
    public static boolean exists(Path file) {
        return Files.exists(file) || Files.exists(compressed(file));
    }

    /** The file itself where there is one; otherwise a copy elsewhere of what the compressed one holds. */
    public static Path file(Path file) {
        return Files.exists(file) ? file : UNPACKED.computeIfAbsent(file.toAbsolutePath(), Packed::unpack);
    }

    /** The text of a file that may be compressed, in UTF-8. */
    public static String text(Path file) throws IOException {
        return Files.readString(file(file));
    }

    private static Path unpack(Path file) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(compressed(file)))) {
            Path copy = Files.createTempFile("tesserae-", "-" + file.getFileName());
            copy.toFile().deleteOnExit();
            Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path compressed(Path file) {
        return file.resolveSibling(file.getFileName() + ".gz");
    }
}
