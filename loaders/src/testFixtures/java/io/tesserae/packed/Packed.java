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
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** A file of the test data that may lie there compressed: {@code expected.safetensors.gz}, {@code fill-mask-answers.json.gz},
 * the {@code model.safetensors.gz} of a checkpoint; or a safetensors file in planes, {@code model.safetensors.planes.gz}, or in
 * steps, {@code expected.safetensors.steps.gz}.
 *
 * <p>Of random numbers, the exponents alone compress. In planes they lie together: after the file's header come the first bytes
 * of all numbers of four bytes, then the second ones, and so on. In steps, they are whole numbers of a power of two: after the
 * header comes a block for each tensor, see {@link #ofSteps}. */
public final class Packed {

    /** What this JVM has unpacked, each file once; it is deleted when the JVM ends. */
    private static final ConcurrentHashMap<Path, Path> UNPACKED = new ConcurrentHashMap<>();

    /** Folders likewise; a map of their own, since a file is unpacked while a folder is. */
    private static final ConcurrentHashMap<Path, Path> CHECKPOINTS = new ConcurrentHashMap<>();

    private static final String WEIGHTS = "model.safetensors";

    private static final String COMPRESSED = ".gz";
    private static final String IN_PLANES = ".planes.gz";
    private static final String IN_STEPS = ".steps.gz";
    private static final List<String> ENDINGS = List.of(IN_PLANES, IN_STEPS, COMPRESSED);
    private static final int PLANES = Float.BYTES;

    /** The exponent of a block that is not in steps. */
    private static final int AS_IT_IS = Integer.MAX_VALUE;

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
        for (String ending : ENDINGS) {
            if (name.endsWith(ending)) {
                return name.substring(0, name.length() - ending.length());
            }
        }
        return name;
    }

    private static Path unpack(Path file) {
        String ending = ending(file).orElse(COMPRESSED);
        try (InputStream in = new GZIPInputStream(Files.newInputStream(with(file, ending)))) {
            Path copy = Files.createTempFile("tesserae-", "-" + file.getFileName());
            copy.toFile().deleteOnExit();
            byte[] bytes = in.readAllBytes();
            Files.write(
                    copy,
                    switch (ending) {
                        case IN_PLANES -> ofPlanes(bytes);
                        case IN_STEPS -> ofSteps(bytes);
                        default -> bytes;
                    });
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

    /** The numbers that whole numbers of steps are. Each block begins with two integers. If the second is {@link #AS_IT_IS}, as
     * many bytes follow as the first says; otherwise that many integers in planes, each worth 2<sup>second</sup>. Of these 0, -1,
     * 1, -2, 2 are counted as 0, 1, 2, 3, 4. */
    private static byte[] ofSteps(byte[] blocks) {
        ByteBuffer in = ByteBuffer.wrap(blocks).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = ByteBuffer.allocate(blocks.length).order(ByteOrder.LITTLE_ENDIAN);
        copy(in, Math.toIntExact(Long.BYTES + in.getLong(0)), out);
        while (in.hasRemaining()) {
            int count = in.getInt();
            int exponent = in.getInt();
            if (exponent == AS_IT_IS) {
                copy(in, count, out);
                continue;
            }
            int start = in.position();
            for (int i = 0; i < count; i++) {
                int counted = 0;
                for (int plane = 0; plane < PLANES; plane++) {
                    counted |= (in.get(start + plane * count + i) & 0xFF) << Byte.SIZE * plane;
                }
                out.putFloat(Math.scalb((float) (counted >>> 1 ^ -(counted & 1)), exponent));
            }
            in.position(start + PLANES * count);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void copy(ByteBuffer in, int count, ByteBuffer out) {
        out.put(in.slice(in.position(), count));
        in.position(in.position() + count);
    }

    private static boolean isCompressed(Path file) {
        return ending(file).isPresent();
    }

    private static Optional<String> ending(Path file) {
        return ENDINGS.stream()
                .filter(ending -> Files.exists(with(file, ending)))
                .findFirst();
    }

    private static Path with(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }
}
