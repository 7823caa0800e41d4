package io.tesserae.loaders.image;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Valid pictures with a few bytes changed, cut out, or repeated: they are read or refused with {@link ImageException}, nothing else. */
class MutatedPicturesTest {

    private static final Path PICTURES = Path.of("..", "testdata", "images");

    private static final List<byte[]> VALID = read();

    private static List<byte[]> read() {
        try (var files = Files.list(PICTURES)) {
            return files.filter(file -> !file.toString().endsWith(".tsv"))
                    .sorted()
                    .map(MutatedPicturesTest::bytes)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Property(tries = 4000)
    void everyMutationIsReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] mutated = mutate(VALID.get(random.nextInt(VALID.size())), random);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> readOrRefuse(mutated));
    }

    /** The headers alone, where sizes and offsets stand: every byte of the first hundred, with the values that break things. */
    @Property(tries = 1500)
    void everyHeaderIsReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] mutated = VALID.get(random.nextInt(VALID.size())).clone();
        int at = random.nextInt(Math.min(100, mutated.length));
        for (int i = at; i < Math.min(at + 1 + random.nextInt(4), mutated.length); i++) {
            mutated[i] = extreme(random);
        }
        repairChecksum(mutated);
        readOrRefuse(mutated);
    }

    private static byte[] mutate(byte[] valid, Random random) {
        byte[] mutated = valid.clone();
        int changes = 1 + random.nextInt(6);
        for (int i = 0; i < changes && mutated.length > 0; i++) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(6)) {
                case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> mutated[at] = (byte) random.nextInt(256);
                case 2 -> mutated[at] = extreme(random);
                case 3 -> mutated = Arrays.copyOf(mutated, at);
                case 4 -> { // a piece is missing
                    int end = Math.min(mutated.length, at + 1 + random.nextInt(20));
                    byte[] shorter = Arrays.copyOf(mutated, mutated.length - (end - at));
                    System.arraycopy(mutated, end, shorter, at, mutated.length - end);
                    mutated = shorter;
                }
                default -> { // a piece stands there twice
                    int count = Math.min(mutated.length - at, 1 + random.nextInt(20));
                    byte[] longer = Arrays.copyOf(mutated, mutated.length + count);
                    System.arraycopy(mutated, at, longer, at + count, mutated.length - at);
                    mutated = longer;
                }
            }
        }
        repairChecksum(mutated);
        return mutated;
    }

    private static byte extreme(Random random) {
        return new byte[] {0, 1, -1, 127, -128, 2, 16, 64}[random.nextInt(8)];
    }

    /** Of a PNG's header, or every change to it would be caught by the checksum alone. */
    private static void repairChecksum(byte[] file) {
        if (file.length > 33 && file[1] == 'P') {
            CRC32 sum = new CRC32();
            sum.update(file, 12, 17);
            for (int i = 0; i < 4; i++) {
                file[29 + i] = (byte) (sum.getValue() >> 24 - 8 * i);
            }
        }
    }

    private static void readOrRefuse(byte[] bytes) {
        try {
            RgbImage image = ImageFiles.read(bytes, "mutated");
            assertTrue((long) image.width() * image.height() <= ImageFiles.PIXEL_LIMIT);
        } catch (ImageException e) {
            assertTrue(e.getMessage().startsWith("mutated: "), e.getMessage());
        }
    }
}
