package io.tesserae.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A model where executors find it: in a hub's cache, and in an archive that Spark unpacks. */
final class ModelRoutes {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    private ModelRoutes() {}

    /** Puts a model into a cache, as its main branch, under the name {@code tests/NAME}. */
    static void cache(Path model, Path cache, String name) throws IOException {
        Path repository = cache.resolve("models--tests--" + name);
        Path snapshot = Files.createDirectories(repository.resolve("snapshots").resolve(COMMIT));
        for (Path file : files(model)) {
            Files.copy(file, snapshot.resolve(file.getFileName()));
        }
        Path branches = Files.createDirectories(repository.resolve("refs"));
        Files.writeString(branches.resolve("main"), COMMIT);
    }

    /** An archive of a model's files, without a folder around them. */
    static void archive(Path model, Path zip) throws IOException {
        try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (Path file : files(model)) {
                out.putNextEntry(new ZipEntry(file.getFileName().toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }

    private static List<Path> files(Path model) throws IOException {
        try (Stream<Path> files = Files.list(model)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
