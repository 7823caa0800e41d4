package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.generation.Generated;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.generation.Generator;
import io.tesserae.loaders.json.GenerationConfigJson;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.DecoderOutput;
import io.tesserae.model.DecoderState;
import io.tesserae.model.GenerationTokens;
import io.tesserae.model.GroundedTextOutput;
import io.tesserae.model.TokenBatch;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What transformers answered for one BLIP checkpoint: tensors, of which only what belongs to real tokens is compared, and texts that were
 * generated.
 *
 * @param folder of the checkpoint
 * @param file expected.safetensors
 */
record BlipAnswers(Path folder, SafetensorsFile file) implements AutoCloseable {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures", "blip");

    /** A second set of checkpoints of multimodal models lies beside the repository on some machines, and is not part of it. */
    private static final Path OTHERS = Path.of("..", "..", "shared", "multimodal", "fixtures");

    /** Of the tensor's largest magnitude, or of 1. */
    private static final double TOLERANCE = 1e-5;

    /** Folders of the project's own checkpoint, and of others where there are any. */
    static List<Path> folders(String own, String... others) {
        return Stream.concat(
                        Stream.of(FIXTURES.resolve(own)), Arrays.stream(others).map(OTHERS::resolve))
                .filter(Files::isDirectory)
                .toList();
    }

    static BlipAnswers open(Path folder) throws IOException {
        return new BlipAnswers(folder, new Fixture(folder).expected());
    }

    boolean has(String name) {
        return file.names().contains(name);
    }

    Tensor tensor(String name) {
        return Fixture.tensor(file, name);
    }

    int[][] ids(String name) {
        return Fixture.rows(file, name);
    }

    /** A mask, or one that leaves everything where there is none. */
    int[][] mask(String name, int[][] ids) {
        if (has(name)) {
            return ids(name);
        }
        int[][] ones = new int[ids.length][ids[0].length];
        Arrays.stream(ones).forEach(row -> Arrays.fill(row, 1));
        return ones;
    }

    static TokenBatch batch(int[][] ids, int[][] mask) {
        return TokenBatch.masked(ids, new int[ids.length][ids[0].length], mask);
    }

    // --- Tensors

    /** Compares rows of real tokens, {@code [sequences, length, features]} in the reference. */
    void assertRows(String name, int[][] mask, Tensor actual) {
        Tensor expected = tensor(name);
        int features = expected.dimension(2);
        List<Float> values = new ArrayList<>();
        for (int s = 0; s < mask.length; s++) {
            for (int token = 0; token < mask[s].length; token++) {
                for (int f = 0; mask[s][token] == 1 && f < features; f++) {
                    values.add(expected.get(s, token, f));
                }
            }
        }
        assertClose(name, values, actual.toArray());
    }

    /**
     * Compares maps of real tokens, {@code [sequences, heads, length, keys]} in the reference.
     *
     * @param keys the mask of what is looked at; null where all of it is
     */
    void assertMaps(String name, int[][] mask, int[][] keys, List<Tensor> actual) {
        Tensor expected = tensor(name);
        for (int s = 0; s < mask.length; s++) {
            List<Float> values = new ArrayList<>();
            for (int head = 0; head < expected.dimension(1); head++) {
                for (int token = 0; token < mask[s].length; token++) {
                    for (int key = 0; mask[s][token] == 1 && key < expected.dimension(3); key++) {
                        if (keys == null || keys[s][key] == 1) {
                            values.add(expected.get(s, head, token, key));
                        }
                    }
                }
            }
            assertClose(name + ", sequence " + s, values, actual.get(s).toArray());
        }
    }

    void assertTensor(String name, Tensor actual) {
        Tensor expected = tensor(name);
        List<Float> values = new ArrayList<>();
        for (float value : expected.toArray()) {
            values.add(value);
        }
        assertClose(name, values, actual.toArray());
    }

    private static void assertClose(String name, List<Float> expected, float[] actual) {
        assertEquals(expected.size(), actual.length, name);
        double magnitude = 1;
        double error = 0;
        for (int i = 0; i < actual.length; i++) {
            magnitude = Math.max(magnitude, Math.abs(expected.get(i)));
            error = Math.max(error, Math.abs(expected.get(i) - actual[i]));
        }
        assertTrue(error <= TOLERANCE * magnitude, name + ": error " + error + " at magnitude " + magnitude);
    }

    /** Every layer that is recorded of a decoder is the reference's. */
    void assertLayers(String prefix, int[][] mask, DecoderOutput output) {
        assertLayers(prefix, mask, output.hiddenStates(), output.attentions(), output.crossAttentions());
    }

    /** Every layer that is recorded of an encoder is the reference's. */
    void assertLayers(String prefix, int[][] mask, GroundedTextOutput output) {
        assertLayers(prefix, mask, output.hiddenStates(), output.attentions(), output.crossAttentions());
    }

    private void assertLayers(
            String prefix,
            int[][] mask,
            List<Tensor> hiddenStates,
            List<List<Tensor>> attentions,
            List<List<Tensor>> crossAttentions) {
        assertEquals(hiddenStates.size() - 1, attentions.size());
        assertEquals(attentions.size(), crossAttentions.size());
        int compared = 0;
        for (int layer = 0; layer < hiddenStates.size(); layer++) {
            if (has(prefix + "hidden_states." + layer)) {
                assertRows(prefix + "hidden_states." + layer, mask, hiddenStates.get(layer));
                compared++;
            }
            if (has(prefix + "attentions." + layer)) {
                assertMaps(prefix + "attentions." + layer, mask, mask, attentions.get(layer));
                assertMaps(prefix + "cross_attentions." + layer, mask, null, crossAttentions.get(layer));
                compared += 2;
            }
        }
        long recorded = file.names().stream()
                .filter(name -> name.startsWith(prefix) && name.matches(".*(hidden_states|attentions)\\.\\d+"))
                .count();
        assertEquals(recorded, compared, prefix);
    }

    // --- Generation

    /** The records whose names begin so, by name. */
    Map<String, JsonObject> generations(String regex) throws IOException {
        Map<String, JsonObject> records = new TreeMap<>();
        JsonObject json = JsonParser.parseString(Files.readString(folder.resolve("expected.json")))
                .getAsJsonObject();
        for (JsonElement element : json.getAsJsonArray("generations")) {
            JsonObject generation = element.getAsJsonObject();
            String name = generation.get("name").getAsString();
            if (name.matches(regex)) {
                records.put(name, generation);
            }
        }
        return records;
    }

    /** Generates as one record did, and compares ids and scores. */
    static void assertGenerates(JsonObject generation, GenerationTokens tokens, DecoderState state, int[][] prompts) {
        JsonObjectReader arguments = new JsonObjectReader(generation.getAsJsonObject("arguments"), "arguments", "");
        GenerationConfig config = GenerationConfigJson.parse(arguments)
                .with(GenerationOption.EOS_TOKEN_ID, tokens.ends())
                .with(GenerationOption.PAD_TOKEN_ID, tokens.padding().orElseThrow());
        Generated generated = new Generator(config).generate(state, prompts, 1);
        Gson gson = new Gson();
        int[][] expected = gson.fromJson(generation.get("sequences"), int[][].class);
        String name = generation.get("name").getAsString();
        assertArrayEquals(expected, generated.padded(), name);
        if (generation.has("sequences_scores")) {
            float[] scores = gson.fromJson(generation.get("sequences_scores"), float[].class);
            assertArrayEquals(scores, generated.sequencesScores(), 1e-4f, name);
        }
        if (generation.has("beam_indices")) {
            int[][] indices = gson.fromJson(generation.get("beam_indices"), int[][].class);
            for (int row = 0; row < indices.length; row++) {
                int[] found = generated.beamIndices()[row];
                assertArrayEquals(Arrays.copyOf(indices[row], found.length), found, name);
            }
        }
    }

    /** Of a record about several sequences, the part about one: its filling, which depends on the others, is cut off. */
    static JsonObject ofRow(JsonObject generation, int row, int rows, GenerationTokens tokens) {
        Gson gson = new Gson();
        JsonObject one = generation.deepCopy();
        int[][] sequences = gson.fromJson(generation.get("sequences"), int[][].class);
        int answers = sequences.length / rows;
        int[][] own = Arrays.copyOfRange(sequences, row * answers, (row + 1) * answers);
        int longest = Arrays.stream(own)
                .mapToInt(sequence -> lengthWithEnd(sequence, tokens.ends().getFirst()))
                .max()
                .orElseThrow();
        one.add(
                "sequences",
                gson.toJsonTree(Arrays.stream(own)
                        .map(sequence -> Arrays.copyOf(sequence, longest))
                        .toArray(int[][]::new)));
        if (generation.has("sequences_scores")) {
            float[] scores = gson.fromJson(generation.get("sequences_scores"), float[].class);
            one.add(
                    "sequences_scores",
                    gson.toJsonTree(Arrays.copyOfRange(scores, row * answers, (row + 1) * answers)));
            one.remove("beam_indices");
        }
        return one;
    }

    private static int lengthWithEnd(int[] sequence, int end) {
        for (int i = 0; i < sequence.length; i++) {
            if (sequence[i] == end) {
                return i + 1;
            }
        }
        return sequence.length;
    }

    /** For each of so many sequences the token that texts begin with. */
    static int[][] starts(GenerationTokens tokens, int sequences) {
        int[][] starts = new int[sequences][];
        Arrays.setAll(starts, _ -> new int[] {tokens.start().orElseThrow()});
        return starts;
    }

    @Override
    public void close() {
        file.close();
    }
}
