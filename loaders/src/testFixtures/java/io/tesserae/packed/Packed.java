package io.tesserae.packed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** A file of the test data that may lie there compressed: {@code expected.safetensors.gz}, {@code fill-mask-answers.json.gz},
 * the {@code model.safetensors.gz} of a checkpoint; or a safetensors file in planes, {@code model.safetensors.planes.gz}.
 *
 * <p>Of random numbers, the exponents alone compress. In planes they lie together: after the file's header come the first bytes
 * of all numbers of four bytes, then the second ones, and so on. */
public final class Packed {

    /** What this JVM has unpacked, each file once; it is deleted when the JVM ends. */
    private static final ConcurrentHashMap<Path, Path> UNPACKED = new ConcurrentHashMap<>();

    /** Folders likewise; a map of their own, since a file is unpacked while a folder is. */
    private static final ConcurrentHashMap<Path, Path> CHECKPOINTS = new ConcurrentHashMap<>();

    private static final String WEIGHTS = "model.safetensors";

    private static final String COMPRESSED = ".gz";
    private static final String IN_PLANES = ".planes.gz";
    private static final int PLANES = Float.BYTES;

    private Packed() {}

    /** Whether there is this file, or one that is compressed. */
    public static boolean exists(Path file) {
        return Files.exists(file) || isCompressed(file);
    }

    /** The file itself where there is one; otherwise a copy elsewhere of what the compressed one holds. */
    public static Path file(Path file) {
        return Files.exists(file) ? file : UNPACKED.computeIfAbsent(file.toAbsolutePath(), Packed::unpack);
    }

    /** The text of a file that may be compressed, in UTF-8. */
    public static String text(Path file) throws IOException {
        return Files.readString(file(file));
    }

    /** The folder of a checkpoint itself; or, where its weights are compressed, a copy of its files elsewhere, unpacked. */
    public static Path checkpoint(Path folder) {
        return isCompressed(folder.resolve(WEIGHTS))
                ? CHECKPOINTS.computeIfAbsent(folder.toAbsolutePath(), Packed::unpackCheckpoint)
                : folder;
    }

    private static Path unpackCheckpoint(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            Path copy = Files.createTempDirectory("tesserae-" + folder.getFileName() + "-");
            for (Path path : files.sorted().toList()) { // folders before what they hold, and deleted after it
                Path place = folder.relativize(path).resolveSibling(nameUnpacked(path));
                Path target = path.equals(folder) ? copy : copy.resolve(place);
                target.toFile().deleteOnExit();
                if (Files.isRegularFile(path)) {
                    Files.copy(file(folder.resolve(place)), target);
                } else {
                    Files.createDirectories(target);
                }
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String nameUnpacked(Path file) {
        String name = file.getFileName().toString();
        for (String ending : List.of(IN_PLANES, COMPRESSED)) {
            if (name.endsWith(ending)) {
                return name.substring(0, name.length() - ending.length());
            }
        }
        return name;
    }

    private static Path unpack(Path file) {
        boolean inPlanes = Files.exists(with(file, IN_PLANES));
        try (InputStream in =
                new GZIPInputStream(Files.newInputStream(with(file, inPlanes ? IN_PLANES : COMPRESSED)))) {
            Path copy = Files.createTempFile("tesserae-", "-" + file.getFileName());
            copy.toFile().deleteOnExit();
            byte[] bytes = in.readAllBytes();
            Files.write(copy, inPlanes ? ofPlanes(bytes) : bytes);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of a safetensors file, in their places again. */
    private static byte[] ofPlanes(byte[] planes) {
        ByteBuffer start = ByteBuffer.wrap(planes).order(ByteOrder.LITTLE_ENDIAN);
        int next = Math.toIntExact(Long.BYTES + start.getLong()); // the header's length, and the header
        byte[] bytes = Arrays.copyOf(planes, planes.length);
        int data = next;
        for (int plane = 0; plane < PLANES; plane++) {
            for (int i = data + plane; i < bytes.length; i += PLANES) {
                bytes[i] = planes[next++];
            }
        }
        return bytes;
    }

    private static boolean isCompressed(Path file) {
        return Files.exists(with(file, COMPRESSED)) || Files.exists(with(file, IN_PLANES));
    }

    private static Path with(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }
}
