package io.tesserae.packed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** A file of the test data that may lie there compressed: {@code expected.safetensors.gz}, {@code fill-mask-answers.json.gz},
 * the {@code model.safetensors.gz} of a checkpoint. */
public final class Packed {

    /** What this JVM has unpacked, each file once; it is deleted when the JVM ends. */
    private static final ConcurrentHashMap<Path, Path> UNPACKED = new ConcurrentHashMap<>();

    /** Folders likewise; a map of their own, since a file is unpacked while a folder is. */
    private static final ConcurrentHashMap<Path, Path> CHECKPOINTS = new ConcurrentHashMap<>();

    private static final String WEIGHTS = "model.safetensors";

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

    /** The folder of a checkpoint itself; or, where its weights are compressed, a copy of its files elsewhere, with the weights unpacked. */
    public static Path checkpoint(Path folder) {
        return Files.exists(compressed(folder.resolve(WEIGHTS)))
                ? CHECKPOINTS.computeIfAbsent(folder.toAbsolutePath(), Packed::unpackCheckpoint)
                : folder;
    }

    private static Path unpackCheckpoint(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            Path copy = Files.createTempDirectory("tesserae-" + folder.getFileName() + "-");
            copy.toFile().deleteOnExit(); // after its files, which are named later
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean isWeights = file.equals(compressed(folder.resolve(WEIGHTS)));
                Path target =
                        copy.resolve(isWeights ? WEIGHTS : file.getFileName().toString());
                target.toFile().deleteOnExit();
                Files.copy(isWeights ? file(folder.resolve(WEIGHTS)) : file, target);
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
