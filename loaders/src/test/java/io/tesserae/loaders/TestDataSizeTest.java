package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everybody who clones the repository carries its test data, and every version of it for ever. */
class TestDataSizeTest {

    /** It goes down where somebody makes the data smaller, and never up without a reason in the commit. */
    private static final long LIMIT = 12_000_000;

    private static final Path ROOT = Path.of("..");

    @Test
    void testDataIsSmall() throws IOException {
        assumeTrue(Files.exists(ROOT.resolve(".git")), "not in a checkout");
        assumeTrue(Files.isDirectory(ROOT.resolve("testdata")), "no test data");
        List<Path> folders = new ArrayList<>(List.of(ROOT.resolve("testdata")));
        try (Stream<Path> modules = Files.list(ROOT)) {
            modules.map(module -> module.resolve("src").resolve("test").resolve("resources"))
                    .filter(Files::isDirectory)
                    .forEach(folders::add);
        }
        long bytes = 0;
        for (Path folder : folders) {
            bytes += size(folder);
        }
        long found = bytes;
        assertTrue(
                found <= LIMIT,
                () -> "testdata and */src/test/resources have " + found + " bytes, more than " + LIMIT
                        + "; compress what tests read (testdata/pack_expected.py), or make it in the test");
    }

    private static long size(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
