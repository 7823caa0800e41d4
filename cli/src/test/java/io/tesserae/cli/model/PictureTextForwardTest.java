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
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code forward}, {@code inspect} and {@code bench} with models of pictures and texts. */
class PictureTextForwardTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures", "blip");
    private static final Path BESIDE = Path.of("..", "..", "shared", "multimodal", "fixtures");
    private static final double TOLERANCE = 1e-5;

    @TempDir
    private Path folder;

    static List<Path> checkpoints() {
        return Stream.of(
                        FIXTURES.resolve("caption"),
                        FIXTURES.resolve("retrieval"),
                        BESIDE.resolve("blip-caption"),
                        BESIDE.resolve("blip-caption-2"),
                        BESIDE.resolve("blip-vqa"),
                        BESIDE.resolve("blip-itm"))
                .filter(Files::isDirectory)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyTensorHasItsNameItsShapeAndItsValues(Path checkpoint) throws IOException {
        Path out = folder.resolve("out.safetensors");
        try (SafetensorsFile expected = expected(checkpoint)) {
            Path feed = feed(expected, _ -> true);
            Run run = forward(checkpoint, feed, out, "--hidden-states", "--attentions");
            assertEquals(new Run(0, "", ""), run);
            int compared = 0;
            try (SafetensorsFile actual = SafetensorsFile.open(out)) {
                for (TensorEntry entry : expected.entries()) {
                    if (entry.name().startsWith("out.")) {
                        assertClose(expected, entry, actual);
                        compared++;
                    }
                }
            }
            assertTrue(compared > 2, "compared " + compared);
        }
    }

    private static void assertClose(SafetensorsFile expected, TensorEntry entry, SafetensorsFile actual) {
        String name = entry.name().equals("out.question_embeds")
                ? "itm.question_embeds"
                : entry.name().substring("out.".length());
        long[] shape = entry.shape();
        assertArrayEquals(shape, actual.shape(name), name);
        float[] wanted = floats(expected, entry.name());
        float[] found = floats(actual, name);
        long[] mask = mask(expected, name);
        int row = (int) shape[shape.length - 1];
        int length = (int) shape[Math.max(0, shape.length - 2)];
        double magnitude = 1;
        double error = 0;
        for (int i = 0; i < wanted.length; i++) {
            int sequence = (int) (i / (wanted.length / shape[0]));
            if (mask == null || mask[sequence * length + i / row % length] == 1) {
                magnitude = Math.max(magnitude, Math.abs(wanted[i]));
                error = Math.max(error, Math.abs(wanted[i] - found[i]));
            } else {
                assertEquals(0, found[i], name); // padding
            }
        }
        // Of a padded question, the reference's decoder sees the padding.
        boolean seesPadding = name.startsWith("decoder.") && !name.endsWith("hidden_states.0");
        assertTrue(seesPadding || error <= TOLERANCE * magnitude, name + ": error " + error + " at " + magnitude);
    }

    private static long[] mask(SafetensorsFile expected, String name) {
        String mask = name.startsWith("decoder.")
                ? "in.decoder_attention_mask"
                : name.matches("(text|encoder)\\..*|logits|.*question_embeds") ? "in.attention_mask" : null;
        return mask == null ? null : longs(expected, mask);
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        Path caption = FIXTURES.resolve("caption");
        Path out = folder.resolve("out.safetensors");
        try (SafetensorsFile expected = expected(caption)) {
            Path noPictures = feed(expected, name -> !name.equals("in.pixel_values"));
            assertRefused(forward(caption, noPictures, out), "pixel_values");
            Path noTexts = feed(expected, name -> name.equals("in.pixel_values"));
            assertRefused(forward(caption, noTexts, out), "input_ids");
            Path all = feed(expected, _ -> true);
            assertRefused(forward(FIXTURES.resolve("question"), all, out), "decoder_input_ids");
            assertRefused(forward(FIXTURES.resolve("vision"), all, out), "unknown input");
        }
    }

    private static void assertRefused(Run run, String word) {
        assertEquals(1, run.exitCode(), run.err());
        assertTrue(run.err().contains(word), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void inspectSaysTheSizesOfBothHalves() {
        for (String name : List.of("caption", "question", "retrieval")) {
            Run run = Run.of("inspect", FIXTURES.resolve(name).toString());
            assertEquals(0, run.exitCode(), run.err());
            assertTrue(run.out().matches("(?s).*runs here +yes\\n.*"), run.out());
            assertTrue(run.out().contains("vision_config: num_hidden_layers "), run.out());
            assertTrue(run.out().contains("text_config: num_hidden_layers "), run.out());
            assertTrue(run.out().contains("pictures      resized to 12 x 12"), run.out());
            assertTrue(run.out().contains("tokenizer     98 tokens"), run.out());
        }
    }

    @Test
    void benchMeasuresTheHalfThatSees() {
        String caption = FIXTURES.resolve("caption").toString();
        Run run = Run.of("bench", "--model", caption, "--seconds", "0.01", "--batch", "3");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("(3 images, 30 tokens;"), run.out());
        assertRefused(Run.of("bench", "--model", caption, "--length", "3"), "--length");
    }

    private static Run forward(Path checkpoint, Path feed, Path out, String... options) {
        String[] arguments = {"forward", "--model", "" + checkpoint, "--feed", "" + feed, "--out", "" + out};
        String[] all = Arrays.copyOf(arguments, arguments.length + options.length);
        System.arraycopy(options, 0, all, arguments.length, options.length);
        return Run.of(all);
    }

    private static SafetensorsFile expected(Path checkpoint) throws IOException {
        return SafetensorsFile.open(Packed.file(checkpoint.resolve("expected.safetensors")));
    }

    private Path feed(SafetensorsFile expected, Predicate<String> wanted) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (TensorEntry entry : expected.entries()) {
            String name = entry.name();
            if (name.startsWith("in.") && wanted.test(name)) {
                String input = name.substring("in.".length());
                if (input.equals("pixel_values")) {
                    writer.addFloats(input, floats(expected, name), entry.shape());
                } else {
                    writer.addLongs(input, longs(expected, name), entry.shape());
                }
            }
        }
        Path feed = Files.createTempFile(folder, "feed", ".safetensors");
        writer.write(feed);
        return feed;
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
