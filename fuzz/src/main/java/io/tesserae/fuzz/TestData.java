package io.tesserae.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The files that seeds are made of: {@code testdata} of the repository. */
final class TestData {

    /** The folder: beside the module's, which is where tests run, or where {@code fuzz/run} says. */
    private static final Path ROOT = Path.of(System.getProperty("tesserae.testdata", "../testdata"));

    /** Longer files make no good seeds: most mutations would hit what nobody looks at. */
    private static final int LONGEST = 8 << 10;

    private TestData() {}

    static byte[] bytes(String path) throws IOException {
        return Files.readAllBytes(ROOT.resolve(path));
    }

    /** All files of this name below {@code testdata}, by the name of their folder. */
    static Map<String, byte[]> everywhere(String fileName) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (var paths = Files.walk(ROOT)) {
            for (Path path :
                    paths.filter(path -> path.endsWith(fileName)).sorted().toList()) {
                files.put(path.getParent().getFileName().toString(), Files.readAllBytes(path));
            }
        }
        return files;
    }

    /** The pictures that are short enough, of the kinds that are asked for. */
    static Map<String, byte[]> pictures(Predicate<String> name) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String folder : List.of("images", "fixtures/images")) {
            try (var paths = Files.list(ROOT.resolve(folder))) {
                for (Path path : paths.sorted().toList()) {
                    if (name.test(path.getFileName().toString()) && Files.size(path) <= LONGEST) {
                        files.put(path.getFileName().toString(), Files.readAllBytes(path));
                    }
                }
            }
        }
        return files;
    }
}
