package io.tesserae.cli.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code forward} with a model of videos with sound. */
class MultimodalForwardTest {

    private static final Path OURS = Run.FIXTURES.resolve("perceiver").resolve("multimodal");
    private static final Path BESIDE = Path.of("..", "..", "shared", "multimodal", "fixtures", "perceiver-multimodal");
    private static final double TOLERANCE = 2e-5;

    @TempDir
    private Path folder;

    static List<Path> checkpoints() {
        return Stream.of(OURS, BESIDE).filter(Files::isDirectory).toList();
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyTensorHasItsNameItsShapeAndItsValues(Path checkpoint) throws IOException {
        Path out = folder.resolve("out.safetensors");
        Run run = forward(checkpoint, feed(checkpoint, Set.of()), out, "--hidden-states", "--attentions");
        assertEquals(new Run(0, "", ""), run);
        try (SafetensorsFile expected = expected(checkpoint);
                SafetensorsFile actual = SafetensorsFile.open(out)) {
            Set<String> names = new TreeSet<>();
            for (TensorEntry entry : expected.entries()) {
                if (entry.name().startsWith("out.")) {
                    String name = entry.name().substring("out.".length());
                    names.add(name);
                    assertArrayEquals(entry.shape(), actual.shape(name), name);
                    assertClose(floats(expected, entry.name()), floats(actual, name), name);
                }
            }
            assertEquals(names, new TreeSet<>(actual.names()));
        }
    }

    private static void assertClose(float[] expected, float[] actual, String name) {
        double magnitude = 1;
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            magnitude = Math.max(magnitude, Math.abs(expected[i]));
            error = Math.max(error, Math.abs(expected[i] - actual[i]));
        }
        assertTrue(error <= TOLERANCE * magnitude, name + " is " + error / magnitude + " away");
    }

    /** The reference hides it. */
    @Test
    void theLabelHasNoEffect() throws IOException {
        Path with = folder.resolve("with.safetensors");
        Path without = folder.resolve("without.safetensors");
        assertEquals(0, forward(OURS, feed(OURS, Set.of()), with).exitCode());
        assertEquals(
                0, forward(OURS, feed(OURS, Set.of("inputs.label")), without).exitCode());
        assertArrayEquals(Files.readAllBytes(with), Files.readAllBytes(without));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inputs.audio",
                "inputs.image",
                "subsampled_output_points.audio",
                "subsampled_output_points.image"
            })
    void whatIsMissingIsNamedWithWhatToGive(String name) throws IOException {
        Run run = forward(OURS, feed(OURS, Set.of(name)), folder.resolve("out.safetensors"));
        assertEquals(1, run.exitCode());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("has no tensor " + name + "; expected inputs.audio"), run.err());
        assertTrue(run.err().contains("subsampled_output_points.image [points]"), run.err());
    }

    @Test
    void whatDoesNotFitIsRefusedInOneLine() throws IOException {
        assertRefused(
                "inputs.smell", "unknown input", writer("inputs.smell").addFloats("inputs.smell", new float[1], 1));
        assertRefused(
                "inputs.audio",
                "expected the shape [batch, samples, 1]",
                writer("inputs.audio").addFloats("inputs.audio", new float[60], 1, 30, 2));
        assertRefused(
                "inputs.image",
                "expected the shape",
                writer("inputs.image").addFloats("inputs.image", new float[384], 2, 3, 8, 8));
        assertRefused(
                "inputs.label",
                "expected the shape",
                writer("inputs.label").addFloats("inputs.label", new float[2], 1, 2));
        assertRefused(
                "image point 0",
                "found 128",
                writer("subsampled_output_points.image")
                        .addLongs("subsampled_output_points.image", new long[] {128}, 1));
        assertRefused(
                "subsampled_output_points.audio",
                "expected the shape [points]",
                writer("subsampled_output_points.audio")
                        .addLongs("subsampled_output_points.audio", new long[] {1}, 1, 1));
        assertRefused(
                "subsampled_output_points.audio",
                "",
                writer("subsampled_output_points.audio")
                        .addLongs("subsampled_output_points.audio", new long[] {1L << 40}, 1));
    }

    /** A good feed of one video, without one of its tensors. */
    private static SafetensorsWriter writer(String without) {
        SafetensorsWriter writer = new SafetensorsWriter();
        if (!without.equals("inputs.audio")) {
            writer.addFloats("inputs.audio", new float[30], 1, 30, 1);
        }
        if (!without.equals("inputs.image")) {
            writer.addFloats("inputs.image", new float[384], 1, 2, 3, 8, 8);
        }
        for (String points : List.of("subsampled_output_points.audio", "subsampled_output_points.image")) {
            if (!without.equals(points)) {
                writer.addLongs(points, new long[] {0, 3}, 2);
            }
        }
        return writer;
    }

    private void assertRefused(String name, String message, SafetensorsWriter writer) throws IOException {
        Path feed = folder.resolve("bad.safetensors");
        writer.write(feed);
        Run run = forward(OURS, feed, folder.resolve("out.safetensors"));
        assertEquals(1, run.exitCode(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(name) && run.err().contains(message), run.err());
    }

    private static Run forward(Path checkpoint, Path feed, Path out, String... options) {
        String[] arguments = {
            "forward",
            "--model",
            Packed.checkpoint(checkpoint).toString(),
            "--feed",
            feed.toString(),
            "--out",
            out.toString()
        };
        String[] all = Arrays.copyOf(arguments, arguments.length + options.length);
        System.arraycopy(options, 0, all, arguments.length, options.length);
        return Run.of(all);
    }

    /** What the reference was fed, without some of it. */
    private Path feed(Path checkpoint, Set<String> without) throws IOException {
        Path feed = folder.resolve("feed.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile expected = expected(checkpoint)) {
            for (TensorEntry entry : expected.entries()) {
                String name = entry.name().replaceFirst("^in\\.", "");
                if (entry.name().startsWith("in.") && !without.contains(name)) {
                    if (name.startsWith("subsampled")) {
                        int[] points = new int[(int) entry.elementCount()];
                        expected.readInts(entry.name(), 0, points, 0, points.length);
                        writer.addLongs(
                                name, Arrays.stream(points).asLongStream().toArray(), entry.shape());
                    } else {
                        writer.addFloats(name, floats(expected, entry.name()), entry.shape());
                    }
                }
            }
            writer.write(feed);
        }
        return feed;
    }

    private static SafetensorsFile expected(Path checkpoint) throws IOException {
        return SafetensorsFile.open(Packed.file(checkpoint.resolve("expected.safetensors")));
    }

    private static float[] floats(SafetensorsFile file, String name) {
        float[] values = new float[(int) file.entry(name).elementCount()];
        file.read(name, 0, values, 0, values.length);
        return values;
    }
}
