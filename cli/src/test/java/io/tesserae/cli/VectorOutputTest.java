package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Messages;
import io.tesserae.cli.console.Output;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vectors as CSV, as NumPy's arrays and as tensors. */
class VectorOutputTest {

    private static final String EMBEDDING = "run sentence-embedding --model " + Run.fixture("sentence-embedding");
    private static final String FEATURES = "run feature-extraction --model " + Run.fixture("distilbert-base");
    private static final String PICTURES = "run image-feature-extraction --model " + Run.fixture("vit-base");
    private static final String SHAPES =
            Run.FIXTURES.resolve("images").resolve("shapes.png").toString();

    @TempDir
    private Path folder;

    @Test
    void anArrayHoldsTheFloatsOfTheJson() throws IOException {
        String[] texts = {"A film.", "Two films, \"both\" long.", "A third."};
        float[] expected = floats(run(EMBEDDING + " --output json", texts));
        Path file = folder.resolve("embeddings.npy");
        run(EMBEDDING + " --output-file " + file, texts);
        Npy array = Npy.parse(Files.readAllBytes(file));
        assertEquals("3, " + expected.length / 3, array.shape());
        assertArrayEquals(expected, array.values());
        for (String batchSize : new String[] {"1", "2"}) {
            run(EMBEDDING + " --batch-size " + batchSize + " --output-file " + file, texts);
            assertArrayEquals(expected, Npy.parse(Files.readAllBytes(file)).values());
        }

        Path tensors = folder.resolve("embeddings.safetensors");
        run(EMBEDDING + " --output-file " + tensors, texts);
        assertEquals(Set.of("embeddings"), names(tensors));
        assertArrayEquals(expected, read(tensors, "embeddings", 3, expected.length / 3));
        assertEquals(List.of("embeddings.npy", "embeddings.safetensors"), files());
    }

    @Test
    void standardOutputThatIsNoTerminalTakesTheSameBytes() throws IOException {
        for (String format : new String[] {"npy", "safetensors"}) {
            Path file = folder.resolve("any.name");
            run(EMBEDDING + " --output " + format + " --output-file " + file, "A film.");
            Sent sent = send(false, EMBEDDING + " --output " + format, "A film.");
            assertEquals(0, sent.exitCode(), sent.err());
            assertArrayEquals(Files.readAllBytes(file), sent.out());
            Sent terminal = send(true, EMBEDDING + " --output " + format, "A film.");
            assertEquals(2, terminal.exitCode());
            assertEquals(0, terminal.out().length);
            assertTrue(terminal.err().contains("nothing for a terminal"), terminal.err());
        }
    }

    @Test
    void severalVectorsOfAnInputAreATensorOfItsOwn() throws IOException {
        String[] texts = {"A film.", "A film of many more words than that.", "One."};
        List<String> lines = run(FEATURES + " --output json", texts).lines();
        Path file = folder.resolve("features.safetensors");
        run(FEATURES + " --output-file " + file, texts);
        assertEquals(Set.of("0", "1", "2"), names(file));
        for (int i = 0; i < texts.length; i++) {
            JsonArray tokens =
                    JsonParser.parseString(lines.get(i)).getAsJsonArray().get(0).getAsJsonArray();
            int hidden = tokens.get(0).getAsJsonArray().size();
            assertArrayEquals(floats(tokens), read(file, String.valueOf(i), tokens.size(), hidden));
        }
    }

    @Test
    void anArrayIsNotRagged() throws IOException {
        Path file = folder.resolve("features.npy");
        Run ragged = fails(1, FEATURES + " --output-file " + file, "A film.", "A film of many words.");
        assertTrue(ragged.err().matches("tesserae: argument 2: vectors for \\d+ tokens.*\n"), ragged.err());
        assertEquals(List.of(), files());
        float[] expected = floats(run(FEATURES + " --output json", "A film.", "A film!"));
        run(FEATURES + " --output-file " + file, "A film.", "A film!");
        assertArrayEquals(expected, Npy.parse(Files.readAllBytes(file)).values());
    }

    @Test
    void picturesToo() throws IOException {
        Path file = folder.resolve("pictures.npy");
        run(PICTURES + " --output-file " + file, SHAPES, SHAPES);
        Npy all = Npy.parse(Files.readAllBytes(file));
        assertEquals("2, 17, 24", all.shape());
        assertArrayEquals(floats(run(PICTURES + " --output json", SHAPES, SHAPES)), all.values());
        run(PICTURES + " --pool --output-file " + file, SHAPES);
        assertEquals("1, 24", Npy.parse(Files.readAllBytes(file)).shape());
    }

    @Test
    void aTableHasTheInputAndTheDigitsOfTheJson() {
        String text = "A \"fine\" film,\nthis";
        String json =
                run(EMBEDDING + " --dimensions 2 --output json", text, "Dull").out();
        String[] rows = json.replace("[", "").replace("]", "").replace(" ", "").split("\n");
        assertEquals(
                "text,0,1\r\n\"A \"\"fine\"\" film,\nthis\"," + rows[0] + "\r\nDull," + rows[1] + "\r\n",
                run(EMBEDDING + " --dimensions 2 --output csv", text, "Dull").out());
        List<String> tokens = run(FEATURES + " --output csv", "Dull").lines();
        assertTrue(tokens.getFirst().startsWith("text,token,0,1,2"), tokens.getFirst());
        assertTrue(tokens.get(2).startsWith("Dull,1,"), tokens.get(2));
        Run skipping = Run.withInput("a\n\"\nb\n", (EMBEDDING + " --output csv --on-error skip --input -").split(" "));
        assertEquals(3, skipping.exitCode());
        assertEquals(3, skipping.lines().size(), skipping.out());
        assertEquals(1, skipping.err().lines().count());
    }

    @Test
    void aTerminalIsNotCommandedByATable() {
        Sent sent = send(true, EMBEDDING + " --output csv", "evil\u001b[2J");
        assertFalse(new String(sent.out(), StandardCharsets.UTF_8).contains("\u001b"));
    }

    @Test
    void theEndingOfTheFileIsAWishWhereThereIsAChoice() throws IOException {
        Path lines = folder.resolve("embeddings.jsonl");
        run(EMBEDDING + " --output-file " + lines, "A film.");
        assertEquals(run(EMBEDDING + " --output json", "A film.").out(), Files.readString(lines));
        Path text = folder.resolve("text.npy");
        run(EMBEDDING + " --output text --output-file " + text, "A film.");
        assertEquals(run(EMBEDDING, "A film.").out(), Files.readString(text));
        Path labels = folder.resolve("labels.json");
        run("run sentiment-analysis --output-file " + labels, "A film.");
        assertEquals(run("run sentiment-analysis", "A film.").out(), Files.readString(labels));
    }

    @Test
    void whatAFormatCannotSayIsRefused() throws IOException {
        for (String format : new String[] {"csv", "npy", "safetensors"}) {
            assertTrue(fails(2, "run sentiment-analysis --output " + format, "x")
                    .err()
                    .contains("written as text or json"));
        }
        for (String ending : new String[] {"npy", "safetensors"}) {
            Path file = folder.resolve("x." + ending);
            Run skip = fails(2, EMBEDDING + " --on-error skip --output-file " + file, "x");
            assertTrue(skip.err().contains("leave rows out"), skip.err());
            Path none = Files.writeString(folder.resolve("none"), "");
            assertTrue(fails(1, EMBEDDING + " --output-file " + file + " --input " + none)
                    .err()
                    .contains("no input"));
            Files.delete(none);
            assertEquals(List.of(), files());
        }
        fails(2, "tokenize --output npy", "x");
    }

    /** What NumPy reads. */
    private record Npy(String shape, float[] values) {

        private static final Pattern HEADER =
                Pattern.compile("\\{'descr': '<f4', 'fortran_order': False, 'shape': \\(([0-9, ]+)\\), \\} *\n");

        static Npy parse(byte[] file) {
            ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
            byte[] magic = new byte[8];
            bytes.get(magic);
            assertArrayEquals(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}, magic);
            byte[] header = new byte[bytes.getShort()];
            bytes.get(header);
            assertEquals(0, bytes.position() % 64);
            Matcher matcher = HEADER.matcher(new String(header, StandardCharsets.US_ASCII));
            assertTrue(matcher.matches());
            float[] values = new float[bytes.remaining() / Float.BYTES];
            bytes.asFloatBuffer().get(values);
            assertEquals(0, bytes.remaining() % Float.BYTES);
            String shape = matcher.group(1);
            assertEquals(
                    values.length,
                    Arrays.stream(shape.split(", ")).mapToInt(Integer::parseInt).reduce(1, Math::multiplyExact));
            return new Npy(shape, values);
        }
    }

    private record Sent(int exitCode, byte[] out, String err) {}

    private static Sent send(boolean terminal, String command, String... inputs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(new byte[0]),
                new Output(out),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new Console.Terminals(false, terminal, false),
                Map.of(),
                Path.of("target"),
                new Messages());
        int exitCode = Main.run(console, arguments(command, inputs));
        return new Sent(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }

    private static Run run(String command, String... inputs) {
        Run run = Run.of(arguments(command, inputs));
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("", run.err());
        return run;
    }

    private static Run fails(int exitCode, String command, String... inputs) {
        Run run = Run.of(arguments(command, inputs));
        assertEquals(exitCode, run.exitCode(), run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        return run;
    }

    private static String[] arguments(String command, String... inputs) {
        return Stream.concat(Arrays.stream(command.split(" ")), Arrays.stream(inputs))
                .toArray(String[]::new);
    }

    private static float[] floats(Run json) {
        JsonArray all = new JsonArray();
        json.lines().forEach(line -> all.add(JsonParser.parseString(line)));
        return floats(all);
    }

    private static float[] floats(JsonElement nested) {
        List<Float> values = new ArrayList<>();
        collect(nested, values);
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }

    private static void collect(JsonElement nested, List<Float> values) {
        if (nested.isJsonArray()) {
            nested.getAsJsonArray().forEach(element -> collect(element, values));
        } else {
            values.add(nested.getAsFloat());
        }
    }

    private static Set<String> names(Path file) throws IOException {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            return Set.copyOf(tensors.names());
        }
    }

    private static float[] read(Path file, String name, long... shape) throws IOException {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            assertArrayEquals(shape, tensors.entry(name).shape());
            float[] values = new float[(int) tensors.entry(name).elementCount()];
            tensors.read(name, 0, values, 0, values.length);
            return values;
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
