package io.tesserae.cli.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.cli.Run;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code forward}, {@code generate} and {@code bench} with models of pictures among words: what they take, and what they refuse. */
class InterleavedForwardTest {

    private static final Path BESIDE = Path.of("..", "..", "shared", "multimodal", "fixtures");
    private static final Path RESAMPLER = Run.FIXTURES.resolve("idefics/resampler");
    private static final Path TILES = Run.FIXTURES.resolve("idefics3/tiles");

    @TempDir
    private Path folder;

    static List<Path> checkpoints() {
        return Stream.concat(
                        Stream.of(
                                        "idefics/resampler",
                                        "idefics/plain",
                                        "idefics/bf16-sharded",
                                        "idefics3/tiles",
                                        "idefics3/smolvlm")
                                .map(Run.FIXTURES::resolve),
                        Stream.of("idefics", "idefics-plain").map(BESIDE::resolve))
                .filter(Files::isDirectory)
                .toList();
    }

    // --- Every tensor

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyTensorHasItsNameItsShapeAndItsValues(Path checkpoint) throws IOException {
        Path feed = folder.resolve("feed.safetensors");
        Path out = folder.resolve("out.safetensors");
        try (SafetensorsFile expected = expected(checkpoint)) {
            Feed.of(checkpoint).write(feed);
            assertEquals(
                    new Run(0, "", ""),
                    Run.of(
                            "forward",
                            "--model=" + Packed.checkpoint(checkpoint),
                            "--feed=" + feed,
                            "--out=" + out,
                            "--hidden-states",
                            "--attentions"));
            long[] mask = longs(expected, "in.attention_mask");
            int compared = 0;
            try (SafetensorsFile actual = SafetensorsFile.open(out)) {
                for (TensorEntry entry : expected.entries()) {
                    String name = entry.name().replaceFirst("^out\\.", "");
                    // What the tower makes on the way has no name here, but what it makes in the end.
                    if (entry.name().startsWith("out.") && !name.startsWith("vision")) {
                        assertArrayEquals(entry.shape(), actual.shape(name), name);
                        assertClose(checkpoint, expected, entry, mask, floats(actual, name));
                        compared++;
                    }
                }
            }
            assertTrue(compared >= 6, "compared " + compared);
        }
    }

    /** Compares the rows of tokens; those that see no picture have no map of it. */
    private static void assertClose(
            Path checkpoint, SafetensorsFile expected, TensorEntry entry, long[] mask, float[] found) {
        String name = entry.name();
        long[] shape = entry.shape();
        float[] wanted = floats(expected, name);
        boolean ofTokens = !name.startsWith("out.image");
        int width = (int) shape[shape.length - 1];
        int length = (int) shape[shape.length - 2];
        int each = wanted.length / (int) shape[0];
        boolean looks = name.startsWith("out.cross");
        long[] sight = looks ? longs(expected, "in.image_attention_mask") : new long[0];
        int slots = looks ? sight.length / mask.length : 0;
        double magnitude = Float.MIN_NORMAL;
        double error = 0;
        for (int i = 0; i < wanted.length; i++) {
            int row = i / each * length + i / width % length;
            boolean real = !ofTokens || mask[row] == 1;
            boolean blind = looks
                    && LongStream.of(Arrays.copyOfRange(sight, row * slots, (row + 1) * slots))
                                    .sum()
                            == 0;
            if (real && !blind) {
                magnitude = Math.max(magnitude, Math.abs(wanted[i]));
                error = Math.max(error, Math.abs(wanted[i] - found[i]));
            } else {
                assertEquals(0, found[i], name + ": padding, or nothing to see");
            }
        }
        double tolerance = checkpoint.toString().contains("idefics3") ? 2e-5 : 5e-5;
        assertTrue(error <= tolerance * magnitude, name + ": error " + error + " at magnitude " + magnitude);
    }

    // --- What is refused

    /** The tensors that the reference was fed, some of them changed. */
    private record Feed(Map<String, Object> values, Map<String, long[]> shapes) {

        static Feed of(Path checkpoint) throws IOException {
            Feed feed = new Feed(new LinkedHashMap<>(), new LinkedHashMap<>());
            try (SafetensorsFile expected = expected(checkpoint)) {
                for (TensorEntry entry : expected.entries()) {
                    if (entry.name().startsWith("in.")) {
                        boolean real = entry.dtype().isFloatingPoint();
                        feed.with(
                                entry.name().substring("in.".length()),
                                real ? floats(expected, entry.name()) : longs(expected, entry.name()),
                                entry.shape());
                    }
                }
            }
            return feed;
        }

        Feed with(String name, Object numbers, long... shape) {
            values.put(name, numbers);
            shapes.put(name, shape);
            return this;
        }

        Feed without(String name) {
            values.remove(name);
            return this;
        }

        /** With a number in another place of a tensor of whole numbers. */
        Feed with(String name, int index, long number) {
            ((long[]) values.get(name))[index] = number;
            return this;
        }

        /** The same numbers in another shape. */
        Feed shaped(String name, long... shape) {
            shapes.put(name, shape);
            return this;
        }

        /** The first rows of a tensor, which has so many less. */
        Feed shorter(String name, int dimension, int less) {
            long[] shape = shapes.get(name).clone();
            shape[dimension] -= less;
            int count = (int) LongStream.of(shape).reduce(1, (a, b) -> a * b);
            return with(
                    name,
                    values.get(name) instanceof float[] floats
                            ? Arrays.copyOf(floats, count)
                            : Arrays.copyOf((long[]) values.get(name), count),
                    shape);
        }

        void write(Path path) throws IOException {
            SafetensorsWriter writer = new SafetensorsWriter();
            values.forEach((name, numbers) -> {
                if (numbers instanceof float[] floats) {
                    writer.addFloats(name, floats, shapes.get(name));
                } else {
                    writer.addLongs(name, (long[]) numbers, shapes.get(name));
                }
            });
            writer.write(path);
        }
    }

    /** A feed that both commands refuse with one line that has these words. */
    private void assertRefused(Path checkpoint, UnaryOperator<Feed> change, String... words) throws IOException {
        for (String command : List.of("forward", "generate")) {
            Path feed = folder.resolve("wrong.safetensors");
            Path out = folder.resolve("none.safetensors");
            change.apply(Feed.of(checkpoint)).write(feed);
            Run run = Run.of(command, "--model=" + Packed.checkpoint(checkpoint), "--feed=" + feed, "--out=" + out);
            String said = command + " with " + Arrays.toString(words) + ": " + run;
            assertEquals(1, run.exitCode(), said);
            assertEquals(1, run.err().lines().count(), said);
            for (String word : words) {
                assertTrue(run.err().contains(word), said);
            }
            assertFalse(run.err().contains("Exception") || run.err().contains("\tat "), said);
            assertFalse(Files.exists(out), said);
        }
    }

    @Test
    void textsThatAreNoneAreRefused() throws IOException {
        assertRefused(RESAMPLER, feed -> feed.without("input_ids"), "has no tensor input_ids");
        assertRefused(
                RESAMPLER, feed -> feed.shaped("input_ids", 51), "input_ids", "expected the shape [batch, length]");
        assertRefused(
                RESAMPLER,
                feed -> feed.with("input_ids", new float[51], 3, 17),
                "input_ids",
                "expected the type I64 or I32");
        assertRefused(RESAMPLER, feed -> feed.with("input_ids", 16, 76), "76", "vocabulary");
        assertRefused(RESAMPLER, feed -> feed.with("input_ids", 16, -1), "-1");
        assertRefused(RESAMPLER, feed -> feed.with("attention_mask", 16, 2), "attention", "2");
        assertRefused(RESAMPLER, feed -> feed.shorter("attention_mask", 1, 1), "attention_mask", "expected the shape");
        assertRefused(RESAMPLER, feed -> feed.with("attention_mask", new float[51], 3, 17), "attention_mask");
        assertRefused(
                RESAMPLER, feed -> feed.with("position_ids", new long[51], 3, 17), "position_ids", "unknown input");
    }

    @Test
    void picturesThatAreNoneAreRefused() throws IOException {
        assertRefused(
                RESAMPLER,
                feed -> feed.shaped("pixel_values", 9, 3, 12, 12),
                "pixel_values",
                "expected the shape [batch, pictures, channels, height, width]");
        assertRefused(
                RESAMPLER,
                feed -> feed.with("pixel_values", new long[3888], 3, 3, 3, 12, 12),
                "pixel_values",
                "expected the type F32");
        assertRefused(
                RESAMPLER,
                feed -> feed.shorter("pixel_values", 0, 1),
                "pixel_values",
                "expected pictures of 3 texts, found those of 2");
        assertRefused(RESAMPLER, feed -> feed.shaped("pixel_values", 3, 3, 1, 36, 12), "picture");
        assertRefused(RESAMPLER, feed -> feed.shaped("pixel_values", 3, 3, 3, 16, 9), "picture");
        assertRefused(RESAMPLER, feed -> feed.with("pixel_values", new float[0], 3, 0, 3, 12, 12), "pixel_values");
        assertRefused(
                TILES, feed -> feed.shorter("pixel_values", 0, 1), "expected pictures of 3 texts, found those of 2");
    }

    @Test
    void whatTokensSeeMustBeKnown() throws IOException {
        String sight = "image_attention_mask";
        assertRefused(
                RESAMPLER, feed -> feed.without(sight), "has no tensor image_attention_mask [batch, length, pictures]");
        assertRefused(RESAMPLER, feed -> feed.shorter(sight, 2, 1), sight, "expected the shape");
        assertRefused(RESAMPLER, feed -> feed.shaped(sight, 3, 51), sight, "expected the shape");
        assertRefused(RESAMPLER, feed -> feed.with(sight, new float[153], 3, 17, 3), sight);
        int last = 16 * 3; // of the first text, whose last token is one
        assertRefused(
                RESAMPLER,
                feed -> feed.with(sight, last, 1).with(sight, last + 1, 0).with(sight, last + 2, 1),
                sight,
                "text 0, token 16: expected 1 for pictures that follow each other and 0 for others, found [1, 0, 1]");
        assertRefused(
                RESAMPLER,
                feed -> feed.with(sight, last, 2).with(sight, last + 1, 0).with(sight, last + 2, 0),
                "token 16",
                "[2, 0, 0]");
        assertRefused(
                RESAMPLER,
                feed -> feed.with(sight, last, -1).with(sight, last + 1, 0).with(sight, last + 2, 0),
                "token 16",
                "[-1, 0, 0]");
        assertRefused(TILES, feed -> feed.with(sight, new long[225], 3, 25, 3), sight, "unknown input");
        assertRefused(
                RESAMPLER, feed -> feed.with("pixel_attention_mask", new long[1296], 3, 3, 12, 12), "unknown input");
    }

    @Test
    void picturesAndMarksMustAgree() throws IOException {
        assertRefused(TILES, feed -> feed.without("pixel_values").without("pixel_attention_mask"), "picture");
        assertRefused(TILES, feed -> feed.shorter("pixel_values", 4, 1).without("pixel_attention_mask"), "picture");
        // The first text's first picture is all padding: a mark has no picture.
        assertRefused(
                TILES,
                feed -> {
                    Arrays.fill((float[]) feed.values().get("pixel_values"), 0, 3 * 16 * 16, 0);
                    return feed;
                },
                "text 0");
        // The last text has a picture more than marks.
        assertRefused(
                TILES,
                feed -> {
                    Arrays.fill((float[]) feed.values().get("pixel_values"), 8 * 3 * 16 * 16, 9 * 3 * 16 * 16, 0.5f);
                    Arrays.fill((long[]) feed.values().get("pixel_attention_mask"), 8 * 256, 9 * 256, 1);
                    return feed;
                },
                "text 2");
    }

    @Test
    void paddingOfPicturesIsOnTheRightAndBelow() throws IOException {
        String extents = "pixel_attention_mask";
        assertRefused(TILES, feed -> feed.shaped(extents, 3, 3, 256), extents, "expected the shape");
        assertRefused(TILES, feed -> feed.with(extents, new float[2304], 3, 3, 16, 16), extents);
        assertRefused(
                TILES,
                feed -> feed.with(extents, 5 * 16 + 5, 0),
                extents,
                "picture 0: expected 1 in a rectangle in the upper left corner and 0 elsewhere, found 0 at row 5, column 5");
        assertRefused(TILES, feed -> feed.with(extents, 5 * 16 + 5, 2), extents, "found 2 at row 5, column 5");
    }

    // --- bench

    @Test
    void benchMeasuresPicturesAndWords() {
        for (Path checkpoint : List.of(RESAMPLER, TILES)) {
            Run run = Run.of(
                    "bench", "--model=" + Packed.checkpoint(checkpoint), "--seconds=0.01", "--length=12", "--batch=2");
            assertEquals(0, run.exitCode(), run.err());
            Run tooLong =
                    Run.of("bench", "--model=" + Packed.checkpoint(checkpoint), "--seconds=0.01", "--length=100000");
            assertEquals(1, tooLong.exitCode(), tooLong.err());
            assertEquals(1, tooLong.err().lines().count(), tooLong.err());
        }
    }

    private static SafetensorsFile expected(Path checkpoint) throws IOException {
        return SafetensorsFile.open(Packed.file(checkpoint.resolve("expected.safetensors")));
    }

    private static float[] floats(SafetensorsFile file, String name) {
        float[] values = new float[(int) file.entry(name).elementCount()];
        file.read(name, 0, values, 0, values.length);
        return values;
    }

    private static long[] longs(SafetensorsFile file, String name) {
        long[] values = new long[(int) file.entry(name).elementCount()];
        file.readLongs(name, 0, values, 0, values.length);
        return values;
    }
}
