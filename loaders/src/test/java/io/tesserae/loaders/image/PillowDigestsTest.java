package io.tesserae.loaders.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every picture has the very pixels that the reference pipeline, with Pillow 12.3, made of it: their digests were written down. */
class PillowDigestsTest {

    private static final Path TEST_DATA = Path.of("..", "testdata");
    private static final Path DIGESTS = TEST_DATA.resolve("images");
    private static final Path REAL_PICTURES = Path.of("..", "..", "shared", "real", "images");

    /** Small ones: all colour modes, depths and samplings, interlaced, progressive, turned, with every way to say so. */
    @TestFactory
    Stream<DynamicTest> smallPictures() throws IOException {
        return compare(DIGESTS.resolve("pillow-digests.tsv"), DIGESTS);
    }

    @TestFactory
    Stream<DynamicTest> fixtures() throws IOException {
        return compare(DIGESTS.resolve("fixture-digests.tsv"), TEST_DATA.resolve("fixtures", "images"));
    }

    /** Pillow's own test pictures and photos, where they are at hand. */
    @TestFactory
    Stream<DynamicTest> realPictures() throws IOException {
        assumeTrue(Files.isDirectory(REAL_PICTURES), "no pictures at " + REAL_PICTURES);
        return compare(DIGESTS.resolve("real-digests.tsv"), REAL_PICTURES);
    }

    private static Stream<DynamicTest> compare(Path digests, Path folder) throws IOException {
        List<String> lines = Files.readAllLines(digests).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
        assertFalse(lines.isEmpty());
        return lines.stream().map(line -> {
            String[] fields = line.split("\t");
            return DynamicTest.dynamicTest(fields[0], () -> {
                RgbImage image = ImageFiles.read(folder.resolve(fields[0]));
                assertEquals(fields[1] + " x " + fields[2], image.width() + " x " + image.height());
                assertEquals(fields[3], digest(image.pixels()));
            });
        });
    }

    private static String digest(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
