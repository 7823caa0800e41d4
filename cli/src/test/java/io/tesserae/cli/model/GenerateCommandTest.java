package io.tesserae.cli.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.tesserae.cli.Run;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import io.tesserae.loaders.safetensors.TensorEntry;
import io.tesserae.packed.Packed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code generate} writes is what transformers' {@code generate} returned: every id, and every score within its rounding. */
class GenerateCommandTest {

    /** More of them, where they are there. */
    private static final Path OTHERS = Path.of("..", "..", "shared", "multimodal", "fixtures");

    private static final Pattern ONE_SEQUENCE = Pattern.compile("(?:alone)?(\\d+)-.*");

    /**
     * Batches of uneven prompts, padded on the right: the reference goes on from their padding, and what comes of it is no answer to imitate.
     */
    private static final List<String> FROM_PADDING =
            List.of("blip-caption/prompt1-greedy", "blip-caption/prompt1-beam3");

    @TempDir
    private Path folder;

    /** One call of the reference. */
    private record Case(Path checkpoint, String name) {

        @Override
        public String toString() {
            return checkpoint.getFileName() + "/" + name;
        }

        JsonObject record() {
            return generations(checkpoint)
                    .filter(one -> one.get("name").getAsString().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Stream<JsonObject> generations(Path checkpoint) {
        try {
            JsonArray all = JsonParser.parseString(Files.readString(checkpoint.resolve("expected.json")))
                    .getAsJsonObject()
                    .getAsJsonArray("generations");
            return all.asList().stream().map(JsonElement::getAsJsonObject);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Case> cases() {
        List<String> own = List.of(
                "gpt2/writing/model",
                "gpt2/writing/caption",
                "gpt2/writing/caption-with-projection",
                "blip/caption",
                "blip/question",
                "llama/writing/plain",
                "llama/writing/grouped",
                "llama/writing/tied",
                "idefics/resampler",
                "idefics/plain",
                "idefics3/tiles",
                "idefics3/smolvlm");
        List<String> others = List.of(
                "gpt2",
                "vit-gpt2-caption",
                "vit-gpt2-caption-proj",
                "blip-caption",
                "blip-caption-2",
                "blip-vqa",
                "idefics",
                "idefics-plain");
        return Stream.concat(
                        own.stream().map(Run.FIXTURES::resolve), others.stream().map(OTHERS::resolve))
                .filter(Files::isDirectory)
                .flatMap(checkpoint -> generations(checkpoint)
                        .map(one -> new Case(checkpoint, one.get("name").getAsString())))
                .filter(one ->
                        !one.toString().startsWith("blip-vqa/") || one.name().startsWith("alone"))
                .filter(one -> !FROM_PADDING.contains(one.toString()));
    }

    @Test
    void thereAreCases() {
        assertTrue(cases().count() >= 48);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersAreTheReferences(Case one) throws IOException {
        Path feed = folder.resolve("feed.safetensors");
        Path out = folder.resolve("out.safetensors");
        JsonObject record = one.record();
        JsonObject arguments = arguments(record, one);
        arguments.addProperty("output_scores", true);
        arguments.addProperty("output_logits", true);
        try (SafetensorsFile expected =
                SafetensorsFile.open(Packed.file(one.checkpoint().resolve("expected.safetensors")))) {
            write(feed, expected, one.name());
            Run run = Run.of(
                    "generate",
                    "--model=" + Packed.checkpoint(one.checkpoint()),
                    "--feed=" + feed,
                    "--out=" + out,
                    "--generation-config=" + arguments);
            assertEquals(new Run(0, "", ""), run);
            try (SafetensorsFile actual = SafetensorsFile.open(out)) {
                compare(record, actual);
                // Of an IDEFICS the reference's own rounding is larger.
                double tolerance = one.checkpoint().toString().contains("idefics") ? 5e-5 : 2e-5;
                compareSteps("gen." + one.name() + ".", expected, actual, tolerance);
            }
        }
    }

    /** Two of the checkpoints have beams in their files, which all calls but the one without arguments took back. */
    private static JsonObject arguments(JsonObject record, Case one) {
        JsonObject arguments = record.getAsJsonObject("arguments").deepCopy();
        if (one.checkpoint().startsWith(Run.FIXTURES.resolve("gpt2/writing")) && !arguments.isEmpty()) {
            Map.of("num_beams", new JsonPrimitive(1), "early_stopping", new JsonPrimitive(false))
                    .forEach((name, value) -> arguments.add(name, arguments.has(name) ? arguments.get(name) : value));
        }
        return arguments;
    }

    private static void compare(JsonObject record, SafetensorsFile actual) {
        assertRows(record.getAsJsonArray("sequences"), actual, "sequences");
        assertEquals(
                record.has("sequences_scores"), actual.names().contains("sequences_scores"), "scores of sequences");
        if (record.has("sequences_scores")) {
            float[] scores = floats(actual, "sequences_scores");
            JsonArray wanted = record.getAsJsonArray("sequences_scores");
            assertEquals(wanted.size(), scores.length);
            for (int row = 0; row < scores.length; row++) {
                double score = wanted.get(row).getAsDouble();
                assertEquals(score, scores[row], 1e-4 * Math.max(1, Math.abs(score)), "score of row " + row);
            }
        }
        if (record.has("beam_indices")) {
            assertRows(record.getAsJsonArray("beam_indices"), actual, "beam_indices");
        }
    }

    private static void assertRows(JsonArray expected, SafetensorsFile actual, String name) {
        long[] shape = actual.shape(name);
        assertEquals(expected.size(), shape[0], name);
        for (int row = 0; row < expected.size(); row++) {
            int[] wanted = expected.get(row).getAsJsonArray().asList().stream()
                    .mapToInt(JsonElement::getAsInt)
                    .toArray();
            int[] values = new int[(int) shape[1]];
            actual.readInts(name, row * shape[1], values, 0, values.length);
            assertArrayEquals(wanted, values, name + " of row " + row);
        }
    }

    /** Rows that have ended are left out: there they are zero, and in the reference what it makes of padding. */
    private static void compareSteps(String prefix, SafetensorsFile expected, SafetensorsFile actual, double relative) {
        for (String name : expected.names()) {
            if (!name.startsWith(prefix + "logits.") && !name.startsWith(prefix + "scores.")) {
                continue;
            }
            String own = name.substring(prefix.length());
            assertArrayEquals(expected.shape(name), actual.shape(own), own);
            float[] wanted = floats(expected, name);
            float[] values = floats(actual, own);
            int width = (int) expected.shape(name)[1];
            int compared = 0;
            for (int begin = 0; begin < values.length; begin += width) {
                float[] row = Arrays.copyOfRange(values, begin, begin + width);
                if (IntStream.range(0, width).anyMatch(i -> row[i] != 0)) {
                    compared++;
                    for (int i = 0; i < width; i++) {
                        double tolerance = relative * Math.max(1, Math.abs(wanted[begin + i]));
                        assertEquals(wanted[begin + i], row[i], tolerance, own + " at " + (begin + i));
                    }
                }
            }
            assertTrue(compared > 0, own + ": all rows are zero");
        }
    }

    private static float[] floats(SafetensorsFile file, String name) {
        float[] values = new float[(int) file.entry(name).elementCount()];
        file.read(name, 0, values, 0, values.length);
        return values;
    }

    // --- What the reference was fed

    private static void write(Path feed, SafetensorsFile expected, String name) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        if (expected.names().contains("in.pixel_values") && expected.shape("in.pixel_values").length == 5) {
            addAll(writer, expected);
            writer.write(feed);
            return;
        }
        Matcher one = ONE_SEQUENCE.matcher(name);
        int first = one.matches() ? Integer.parseInt(one.group(1)) : 0;
        String prompt = "gen.in." + name.replaceFirst("-.*", "") + ".input_ids";
        int count = one.matches() ? 1 : Integer.MAX_VALUE;
        if (expected.names().contains(prompt)) {
            addIds(writer, "input_ids", rows(expected, prompt));
            count = (int) expected.shape(prompt)[0];
        } else if (name.startsWith("prompt-")) {
            addIds(writer, "input_ids", rows(expected, "gen.prompt.input_ids"));
            count = 1;
        }
        String question = expected.names().contains("in." + first + ".input_ids") ? "in." + first + "." : "in.";
        if (one.matches() && expected.names().contains("in.pixel_values")) {
            addQuestion(writer, expected, question, question.equals("in.") ? first : 0);
        }
        if (expected.names().contains("in.pixel_values")) {
            addPictures(writer, expected, first, count);
        } else {
            addTexts(writer, expected, first, count);
        }
        writer.write(feed);
    }

    /** Texts with pictures among them are all asked together. */
    private static void addAll(SafetensorsWriter writer, SafetensorsFile expected) {
        for (TensorEntry entry : expected.entries()) {
            String name = entry.name().substring(entry.name().indexOf('.') + 1);
            if (entry.name().startsWith("in.") && entry.dtype().isFloatingPoint()) {
                writer.addFloats(name, floats(expected, entry.name()), entry.shape());
            } else if (entry.name().startsWith("in.")) {
                long[] values = new long[(int) entry.elementCount()];
                expected.readLongs(entry.name(), 0, values, 0, values.length);
                writer.addLongs(name, values, entry.shape());
            }
        }
    }

    private static void addPictures(SafetensorsWriter writer, SafetensorsFile expected, int first, int count) {
        long[] shape = expected.shape("in.pixel_values");
        int size = (int) (shape[1] * shape[2] * shape[3]);
        float[] all = floats(expected, "in.pixel_values");
        int end = (int) Math.min(shape[0], (long) first + count);
        shape[0] = end - first;
        writer.addFloats("pixel_values", Arrays.copyOfRange(all, first * size, end * size), shape);
    }

    private static void addQuestion(SafetensorsWriter writer, SafetensorsFile expected, String prefix, int row) {
        addIds(writer, "input_ids", new int[][] {rows(expected, prefix + "input_ids")[row]});
        if (expected.names().contains(prefix + "attention_mask")) {
            addIds(writer, "attention_mask", new int[][] {rows(expected, prefix + "attention_mask")[row]});
        }
    }

    /** Texts alone come without their padding. */
    private static void addTexts(SafetensorsWriter writer, SafetensorsFile expected, int first, int count) {
        int[][] ids = rows(expected, "in.input_ids");
        int[][] mask = rows(expected, "in.attention_mask");
        if (count == 1) {
            int[] seen = mask[first];
            int[] row = ids[first];
            ids = new int[][] {
                IntStream.range(0, row.length)
                        .filter(i -> seen[i] == 1)
                        .map(i -> row[i])
                        .toArray()
            };
        } else {
            addIds(writer, "attention_mask", mask);
        }
        addIds(writer, "input_ids", ids);
    }

    private static int[][] rows(SafetensorsFile file, String name) {
        long[] shape = file.shape(name);
        int[][] rows = new int[(int) shape[0]][(int) shape[1]];
        for (int row = 0; row < rows.length; row++) {
            file.readInts(name, row * shape[1], rows[row], 0, rows[row].length);
        }
        return rows;
    }

    private static void addIds(SafetensorsWriter writer, String name, int[][] rows) {
        long[] values =
                Arrays.stream(rows).flatMapToInt(Arrays::stream).asLongStream().toArray();
        writer.addLongs(name, values, rows.length, rows[0].length);
    }

    // --- What is refused

    @Test
    void aModelThatDoesNotWriteIsRefused() throws IOException {
        Path feed = folder.resolve("feed.safetensors");
        new SafetensorsWriter().addLongs("input_ids", new long[] {2, 3}, 1, 2).write(feed);
        Run run = Run.of(
                "generate",
                "--model",
                Run.fixture("distilbert-sst2"),
                "--feed",
                feed.toString(),
                "--out",
                "x.safetensors");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("does not generate"), run.err());
        assertEquals(1, run.err().lines().count());
    }

    @Test
    void settingsThatAreNoneAreRefused() {
        for (String settings : List.of(
                "{\"num_beam\": 4}", "{\"num_beams\": 0}", "{\"num_beams\": \"4\"}", "{", "no-such-file.json", "[]")) {
            Run run = Run.of("generate", "--model=x", "--feed=x", "--out=x", "--generation-config=" + settings);
            assertEquals(2, run.exitCode(), run.err());
            assertTrue(run.err().contains("--generation-config"), run.err());
            assertEquals(1, run.err().lines().count(), run.err());
        }
        assertEquals(
                2,
                Run.of("generate", "--model=x", "--feed=x", "--out=x", "--seed=one")
                        .exitCode());
    }
}
