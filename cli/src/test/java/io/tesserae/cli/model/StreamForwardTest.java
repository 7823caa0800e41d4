package io.tesserae.cli.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.cli.Run;
import io.tesserae.loaders.safetensors.DType;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code forward} with a model of streams. */
class StreamForwardTest {

    private static final Path CHECKPOINT = Run.FIXTURES.resolve("gato").resolve("classic");
    private static final float TOLERANCE = 2e-5f;

    /** Of predictions of real elements alone: in these two cases the reference's own loss counts padding too. */
    private static final Map<String, Float> LOSSES = Map.of("control", 5.7509f, "game", 6.1093f);

    @TempDir
    private Path folder;

    /** A tensor as it lies in a file. */
    private record Stored(DType type, long[] shape, byte[] bytes) {}

    @ParameterizedTest
    @ValueSource(strings = {"control", "game", "instruction", "language", "caption"})
    void everyTensorHasItsNameItsShapeAndItsValues(String name) throws IOException {
        Path out = folder.resolve("out.safetensors");
        assertEquals(new Run(0, "", ""), forward(inputs(name), out, "--hidden-states"));
        try (SafetensorsFile expected = expected();
                SafetensorsFile actual = SafetensorsFile.open(out)) {
            Set<String> all =
                    Set.of("logits", "embeddings", "loss", "hidden_states.0", "hidden_states.1", "hidden_states.2");
            assertEquals(all, actual.names());
            int[] types = types(expected, name);
            int compared = 0;
            for (TensorEntry entry : expected.entries()) {
                if (entry.name().startsWith("out." + name + ".")) {
                    String output = entry.name().substring(("out." + name + ".").length());
                    assertArrayEquals(entry.shape(), actual.shape(output), output);
                    assertClose(types, floats(expected, entry.name()), floats(actual, output), name, output);
                    compared++;
                }
            }
            assertTrue(compared >= 5);
        }
    }

    /** Padding is zero, whatever the reference has there. */
    private static void assertClose(int[] types, float[] expected, float[] actual, String name, String output) {
        if (output.equals("loss")) {
            assertEquals(LOSSES.getOrDefault(name, expected[0]), actual[0], 1e-4f);
            return;
        }
        int width = actual.length / types.length;
        for (int i = 0; i < actual.length; i++) {
            float wanted = types[i / width] == -1 ? 0 : expected[i];
            assertEquals(wanted, actual[i], TOLERANCE, output);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            input_ids       | 365        | outside the model's vocabulary of 365
            input_types     | 2          | input_types
            loss_mask       | 2          | loss_mask
            attention_mask  | 2          | attention_mask
            local_positions | 32         | reaches local position 32, but the model has only 32
            local_positions | -2         | local_positions
            """)
    void numbersOutOfRangeAreRefused(String tensor, long value, String expected) throws IOException {
        Map<String, Stored> inputs = inputs("game");
        byte[] bytes = inputs.get(tensor).bytes();
        int at = tensor.equals("input_ids") ? 4 : 0; // the separator; a patch
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at * Long.BYTES, value);
        assertRefused(expected, inputs);
    }

    @Test
    void positionsThatAreNoneAreRefused() throws IOException {
        for (float value : new float[] {Float.NaN, 1.5f, -0.5f, Float.POSITIVE_INFINITY}) {
            Map<String, Stored> inputs = inputs("game");
            ByteBuffer.wrap(inputs.get("patch_positions").bytes())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(0, value);
            assertRefused("patch 0: position 0", inputs);
        }
    }

    @Test
    void tensorsThatDoNotFitAreRefused() throws IOException {
        Map<String, Stored> without = inputs("game");
        without.remove("patches");
        assertRefused("has no tensor patches [batch, length, 4, 4, 4]", without);
        Map<String, Stored> withoutPositions = inputs("game");
        withoutPositions.remove("patch_positions");
        assertRefused("has no tensor patch_positions [2, 12, 2, 2]", withoutPositions);
        Map<String, Stored> withoutIds = inputs("game");
        withoutIds.remove("input_ids");
        assertRefused("has no tensor input_ids", withoutIds);
        Map<String, Stored> more = inputs("game");
        more.put("rewards", more.get("input_ids"));
        assertRefused("unknown input", more);
        Map<String, Stored> flat = inputs("game");
        Stored patches = flat.get("patches");
        flat.put("patches", new Stored(DType.U8, new long[] {2, 12, 64}, patches.bytes()));
        assertRefused("expected the type U8 and the shape [2, 12, 4, 4, 4]", flat);
        Map<String, Stored> longer = inputs("language");
        longer.remove("input_types");
        longer.put("input_ids", new Stored(DType.I64, new long[] {1, 49}, new byte[49 * Long.BYTES]));
        assertRefused("has only 48 positions", longer);
        Map<String, Stored> empty = inputs("language");
        empty.put("input_ids", new Stored(DType.I64, new long[] {1, 0}, new byte[0]));
        assertRefused("expected the shape [batch, length], each 1 or more", empty);
    }

    /** Ids alone are a stream too. */
    @Test
    void whatIsAbsentIsTheUsual() throws IOException {
        Path usual = folder.resolve("usual.safetensors");
        Path said = folder.resolve("said.safetensors");
        Map<String, Stored> inputs = inputs("language");
        assertEquals(new Run(0, "", ""), forward(inputs, said));
        inputs.keySet().retainAll(Set.of("input_ids"));
        assertEquals(new Run(0, "", ""), forward(inputs, usual));
        try (SafetensorsFile one = SafetensorsFile.open(said);
                SafetensorsFile other = SafetensorsFile.open(usual)) {
            assertArrayEquals(floats(one, "logits"), floats(other, "logits"));
            assertArrayEquals(floats(one, "loss"), floats(other, "loss"));
        }
    }

    @Test
    void inspectSaysWhatItIs() {
        Run run = Run.of("inspect", Packed.checkpoint(CHECKPOINT).toString());
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("GatoModel"), run.out());
        assertTrue(run.out().contains("num_layers 2"), run.out());
        assertTrue(run.out().lines().anyMatch(line -> line.matches("runs here +yes")), run.out());
    }

    private void assertRefused(String expected, Map<String, Stored> inputs) throws IOException {
        Run run = forward(inputs, folder.resolve("refused.safetensors"));
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains(expected), run.err());
        assertTrue(run.err().lines().count() <= 2, run.err());
    }

    private Run forward(Map<String, Stored> inputs, Path out, String... more) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        inputs.forEach((name, tensor) ->
                writer.add(name, tensor.type(), tensor.shape(), stream -> stream.write(tensor.bytes())));
        Path feed = folder.resolve("in.safetensors");
        writer.write(feed);
        String[] given = {
            "forward",
            "--model",
            Packed.checkpoint(CHECKPOINT).toString(),
            "--feed",
            feed.toString(),
            "--out",
            out.toString()
        };
        String[] all = Arrays.copyOf(given, given.length + more.length);
        System.arraycopy(more, 0, all, given.length, more.length);
        return Run.of(all);
    }

    private static SafetensorsFile expected() throws IOException {
        return SafetensorsFile.open(Packed.file(CHECKPOINT.resolve("expected.safetensors")));
    }

    private static Map<String, Stored> inputs(String name) throws IOException {
        Map<String, Stored> inputs = new TreeMap<>();
        String prefix = "in." + name + ".";
        try (SafetensorsFile file = expected()) {
            for (TensorEntry entry : file.entries()) {
                if (entry.name().startsWith(prefix)) {
                    byte[] bytes = file.bytes(entry.name()).toArray(ValueLayout.JAVA_BYTE);
                    inputs.put(
                            entry.name().substring(prefix.length()), new Stored(entry.dtype(), entry.shape(), bytes));
                }
            }
        }
        return inputs;
    }

    private static int[] types(SafetensorsFile file, String name) {
        String tensor = "in." + name + ".input_types";
        int[] types = new int[(int) file.entry(tensor).elementCount()];
        file.readInts(tensor, 0, types, 0, types.length);
        return types;
    }

    private static float[] floats(SafetensorsFile file, String name) {
        float[] values = new float[(int) file.entry(name).elementCount()];
        file.read(name, 0, values, 0, values.length);
        return values;
    }
}
