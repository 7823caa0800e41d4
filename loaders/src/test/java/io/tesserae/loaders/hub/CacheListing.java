package io.tesserae.loaders.hub;

import io.tesserae.fakehub.FakeRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A cache as text, one line for each thing in it: {@code blob PATH} for what has the bytes of one of {@link HubTestBed#files()}, told
 * by the name, {@code link PATH TARGET}, {@code text PATH CONTENT}.
 */
final class CacheListing {

    private CacheListing() {}

    /** What lies in a cache, sorted; what stands in files that nobody reads is left out. */
    static List<String> of(Path cache) throws IOException {
        try (Stream<Path> paths = Files.walk(cache)) {
            return paths.filter(
                            path -> Files.isSymbolicLink(path) || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .map(path -> line(cache, path))
                    .sorted()
                    .toList();
        }
    }

    private static String line(Path cache, Path path) {
        String name = cache.relativize(path).toString().replace('\\', '/');
        try {
            if (Files.isSymbolicLink(path)) {
                return "link " + name + " "
                        + Files.readSymbolicLink(path).toString().replace('\\', '/');
            }
            if (path.getParent().endsWith("blobs")) {
                return "blob " + name;
            }
            return ("text " + name + " " + (name.equals("CACHEDIR.TAG") ? "" : Files.readString(path))).strip();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Makes a cache of what was listed. */
    static void write(List<String> lines, Path cache) throws IOException {
        for (String line : lines) {
            String[] parts = Arrays.copyOf(line.split(" ", 3), 3);
            Path path = cache.resolve(parts[1]);
            Files.createDirectories(path.getParent());
            switch (parts[0]) {
                case "link" -> Files.createSymbolicLink(path, Path.of(parts[2]));
                case "blob" -> Files.write(path, content(path.getFileName().toString()));
                default -> Files.writeString(path, parts[2] == null ? "" : parts[2]);
            }
        }
    }

    private static byte[] content(String etag) {
        return HubTestBed.files().values().stream()
                .filter(bytes ->
                        etag.equals(FakeRepository.sha256(bytes)) || etag.equals(FakeRepository.gitSha1(bytes)))
                .findFirst()
                .orElseThrow();
    }
}
