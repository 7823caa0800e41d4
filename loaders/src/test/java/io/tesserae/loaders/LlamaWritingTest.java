package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.generation.Generated;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.Generator;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.json.GenerationConfigJson;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.DecoderOutput;
import io.tesserae.model.DecoderState;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * LLaMA that writes, against the reference: every tensor of a pass, however positions are scaled, and everything that was generated. And
 * the law of the cache: steps are one pass, to the bit.
 */
class LlamaWritingTest {

    /** Of the tensor's largest magnitude. */
    private static final double TOLERANCE = 2e-5;

    /** A checkpoint of a language model, with what the reference made of it. */
    record Writer(Path folder) {

        AutoModelForCausalLM load(Engine engine) {
            return AutoModelForCausalLM.fromPretrained(ModelFiles.directory(Packed.checkpoint(folder)), engine);
        }

        SafetensorsFile expected() throws IOException {
            return SafetensorsFile.open(Packed.file(folder.resolve("expected.safetensors")));
        }

        JsonArray generations() {
            try {
                JsonObject all = JsonParser.parseString(Files.readString(folder.resolve("expected.json")))
                        .getAsJsonObject();
                return all.has("generations") ? all.getAsJsonArray("generations") : new JsonArray();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Whether the reference takes its angles from how long a sequence is, which this project refuses. */
        boolean turnsByLength() {
            String name = toString();
            return name.startsWith("rope-longrope") || name.equals("rope-dynamic-beyond");
        }

        @Override
        public String toString() {
            return folder.getFileName().toString();
        }
    }

    private static Writer named(String name) {
        return new Writer(Fixture.ROOT.resolve("llama").resolve("writing").resolve(name));
    }

    static List<Writer> all() throws IOException {
        try (Stream<Path> folders = Files.list(Fixture.ROOT.resolve("llama").resolve("writing"))) {
            return folders.sorted()
                    .map(Writer::new)
                    .filter(writer -> !writer.turnsByLength())
                    .toList();
        }
    }

    static List<Writer> writers() throws IOException {
        return all().stream().filter(writer -> !writer.generations().isEmpty()).toList();
    }

    @Test
    void thereAreFixtures() throws IOException {
        assertTrue(writers().size() >= 3, "writers");
        assertTrue(all().size() >= writers().size() + 8, "ways to scale positions");
    }

    // --- Tensors

    @ParameterizedTest
    @MethodSource("all")
    void everyTensorOfAPassIsTheReferences(Writer writer) throws IOException {
        try (SafetensorsFile expected = writer.expected();
                AutoModelForCausalLM model = writer.load(Engine.shared())) {
            TokenBatch columns = Fixture.batch(expected); // a token's position is its column, unless others are given
            DecoderOutput output = model.forward(positioned(columns, expected), new OutputOptions(true, true));
            int compared = 0;
            for (String name : expected.names()) {
                if (name.startsWith("out.")) {
                    compare(name, Fixture.tensor(expected, name), columns, output);
                    compared++;
                }
            }
            assertTrue(compared >= 2, "compared " + compared);
        }
    }

    private static TokenBatch positioned(TokenBatch columns, SafetensorsFile expected) {
        if (!expected.names().contains("in.position_ids")) {
            return columns;
        }
        int[][] positions = Fixture.rows(expected, "in.position_ids");
        int[] given = new int[columns.tokens()];
        for (int s = 0; s < columns.sequences(); s++) {
            for (int token = columns.sequenceStarts()[s]; token < columns.sequenceStarts()[s + 1]; token++) {
                given[token] = positions[s][columns.positionIds()[token]];
            }
        }
        return new TokenBatch(columns.inputIds(), given, columns.tokenTypeIds(), columns.sequenceStarts());
    }

    private static void compare(String name, Tensor expected, TokenBatch columns, DecoderOutput output) {
        int layer = Integer.parseInt("0" + name.replaceAll("\\D", ""));
        switch (name.split("\\.")[1]) {
            case "logits" ->
                assertClose(name, real(expected, columns), output.logits().toArray());
            case "hidden_states" ->
                assertClose(
                        name,
                        real(expected, columns),
                        output.hiddenStates().get(layer).toArray());
            case "attentions" -> {
                for (int s = 0; s < columns.sequences(); s++) {
                    float[] ours = output.attentions().get(layer).get(s).toArray();
                    assertClose(name + " of text " + s, realMap(expected, columns, s), ours);
                }
            }
            default -> throw new AssertionError(name);
        }
    }

    /** Of {@code [sequences, length, width]}, the rows of tokens. */
    private static float[] real(Tensor states, TokenBatch columns) {
        int width = states.dimension(2);
        float[] real = new float[columns.tokens() * width];
        for (int s = 0; s < columns.sequences(); s++) {
            for (int token = columns.sequenceStarts()[s]; token < columns.sequenceStarts()[s + 1]; token++) {
                int row = s * states.dimension(1) + columns.positionIds()[token];
                System.arraycopy(states.data(), row * width, real, token * width, width);
            }
        }
        return real;
    }

    /** Of {@code [sequences, heads, length, length]}, what the tokens of one sequence see of each other. */
    private static float[] realMap(Tensor maps, TokenBatch columns, int sequence) {
        int heads = maps.dimension(1);
        int length = maps.dimension(2);
        int[] starts = columns.sequenceStarts();
        int[] own = Arrays.copyOfRange(columns.positionIds(), starts[sequence], starts[sequence + 1]);
        float[] real = new float[heads * own.length * own.length];
        int at = 0;
        for (int head = 0; head < heads; head++) {
            for (int query : own) {
                for (int key : own) {
                    real[at++] = maps.data()[((sequence * heads + head) * length + query) * length + key];
                }
            }
        }
        return real;
    }

    private static void assertClose(String name, float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length, name);
        double magnitude = Float.MIN_NORMAL;
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            magnitude = Math.max(magnitude, Math.abs(expected[i]));
            error = Math.max(error, Math.abs(expected[i] - actual[i]));
        }
        assertTrue(error <= TOLERANCE * magnitude, name + ": error " + error + " at magnitude " + magnitude);
    }

    // --- Angles that depend on the longest sequence of a batch

    @ParameterizedTest
    @ValueSource(strings = {"rope-longrope-below", "rope-longrope-beyond"})
    void anglesOfTheWholeBatchAreRefused(String name) {
        String message = assertThrows(
                        ModelLoadingException.class,
                        () -> named(name).load(Engine.shared()).close())
                .getMessage();
        assertTrue(
                message.contains("config.json: rope_parameters: rope_type: expected ")
                        && message.endsWith("found the string \"longrope\""),
                message);
        assertEquals(1, message.lines().count(), message);
    }

    /** Dynamic angles are the usual ones up to the model's last position; further on there is none. */
    @Test
    void textsThatAreLongerThanThePositionsAreRefused() throws IOException {
        Writer writer = named("rope-dynamic-beyond");
        try (SafetensorsFile expected = writer.expected();
                AutoModelForCausalLM model = writer.load(Engine.shared())) {
            TokenBatch batch = Fixture.batch(expected);
            String message = assertThrows(
                            IllegalArgumentException.class, () -> model.forward(batch, OutputOptions.RESULT_ONLY))
                    .getMessage();
            assertTrue(message.contains("position 16, but the model has only 16 positions"), message);
            int[] longest = Arrays.copyOf(batch.inputIds(), 16);
            assertEquals(
                    16,
                    model.forward(TokenBatch.of(longest), OutputOptions.RESULT_ONLY)
                            .logits()
                            .dimension(0));
        }
    }

    // --- Generation

    @ParameterizedTest
    @MethodSource("writers")
    void whatIsGeneratedIsTheReferences(Writer writer) throws IOException {
        assertTrue(writer.generations().size() >= 4);
        try (SafetensorsFile expected = writer.expected();
                AutoModelForCausalLM model = writer.load(Engine.shared())) {
            int[][] ids = Fixture.rows(expected, "in.input_ids");
            int[][] mask = Fixture.rows(expected, "in.attention_mask");
            for (JsonElement record : writer.generations()) {
                generateAndCompare(writer, model, kept(ids, mask, 1), kept(ids, mask, 0), record.getAsJsonObject());
            }
        }
    }

    private static void generateAndCompare(
            Writer writer, AutoModelForCausalLM model, int[][] prompts, int[][] padding, JsonObject record) {
        String name = record.get("name").getAsString();
        GenerationConfig config = GenerationConfigJson.parse(
                        new JsonObjectReader(record.getAsJsonObject("arguments"), "arguments", ""))
                .over(GenerationConfigJson.read(ModelFiles.directory(writer.folder())));
        Generated generated;
        try (DecoderState state = model.languageModel().newState(prompts.length)) {
            generated = new Generator(config).withPadding(padding).generate(state, prompts, 0);
        }
        JsonArray sequences = record.getAsJsonArray("sequences");
        assertEquals(sequences.size(), generated.sequences().length, name);
        for (int row = 0; row < sequences.size(); row++) {
            int[] reference = ints(sequences.get(row).getAsJsonArray());
            int padded = padding[row * prompts.length / sequences.size()].length;
            int[] real = Arrays.copyOfRange(reference, padded, reference.length);
            int[] found = generated.sequences()[row];
            int[] filled = Arrays.copyOf(found, Math.max(found.length, real.length));
            Arrays.fill(filled, found.length, filled.length, generated.fill());
            assertArrayEquals(real, filled, name + ", row " + row);
        }
        assertEquals(record.has("sequences_scores"), generated.sequencesScores().length > 0, name);
        for (int row = 0; row < generated.sequencesScores().length; row++) {
            float score = record.getAsJsonArray("sequences_scores").get(row).getAsFloat();
            assertEquals(score, generated.sequencesScores()[row], 2e-5f * Math.max(1, Math.abs(score)), name);
        }
    }

    private static int[] ints(JsonArray array) {
        return array.asList().stream().mapToInt(JsonElement::getAsInt).toArray();
    }

    /** The ids whose mask is so. */
    private static int[][] kept(int[][] ids, int[][] mask, int value) {
        int[][] kept = new int[ids.length][];
        for (int s = 0; s < ids.length; s++) {
            int[] row = ids[s];
            int[] seen = mask[s];
            kept[s] = IntStream.range(0, row.length)
                    .filter(column -> seen[column] == value)
                    .map(column -> row[column])
                    .toArray();
        }
        return kept;
    }

    // --- The laws

    @ParameterizedTest
    @MethodSource("all")
    void stepsAreOnePassAndBatchesAreTheirSequences(Writer writer) throws IOException {
        float[] all = null;
        List<Engine> engines = List.of(
                Engine.builder().threads(1).build(),
                Engine.builder().threads(2).build(),
                Engine.builder().threads(2).kernels(Kernels.scalar()).build());
        for (Engine engine : engines) {
            try (engine;
                    SafetensorsFile expected = writer.expected();
                    AutoModelForCausalLM model = writer.load(engine)) {
                TokenBatch columns = Fixture.batch(expected);
                int[][] texts = IntStream.range(0, columns.sequences())
                        .mapToObj(s -> Arrays.copyOfRange(
                                columns.inputIds(), columns.sequenceStarts()[s], columns.sequenceStarts()[s + 1]))
                        .toArray(int[][]::new);
                Tensor logits = model.forward(TokenBatch.of(texts), OutputOptions.RESULT_ONLY)
                        .logits();
                all = all == null ? logits.toArray() : all;
                assertArrayEquals(all, logits.toArray(), "on every engine");
                assertAlone(model, texts, logits);
                assertSteps(model, texts, logits);
            }
        }
    }

    private static void assertAlone(AutoModelForCausalLM model, int[][] texts, Tensor logits) {
        int row = 0;
        for (int[] text : texts) {
            Tensor alone = model.forward(TokenBatch.of(text), OutputOptions.RESULT_ONLY)
                    .logits();
            for (int token = 0; token < text.length; token++) {
                assertArrayEquals(row(logits, row++), row(alone, token));
            }
        }
    }

    /** Some tokens of every text that has any left, until none has. */
    private static void assertSteps(AutoModelForCausalLM model, int[][] texts, Tensor logits) {
        Random random = new Random(texts.length);
        int[] textOf = IntStream.range(0, texts.length).toArray();
        int[] read = new int[texts.length];
        try (DecoderState state = model.languageModel().newState(texts.length)) {
            while (true) {
                int[][] tokens = new int[textOf.length][];
                for (int s = 0; s < tokens.length; s++) {
                    int[] text = texts[textOf[s]];
                    int end = Math.min(text.length, read[textOf[s]] + 1 + random.nextInt(3));
                    tokens[s] = Arrays.copyOfRange(text, read[textOf[s]], end);
                    read[textOf[s]] = end;
                }
                Tensor scores = state.advance(tokens);
                for (int s = 0; s < tokens.length; s++) {
                    int before = IntStream.range(0, textOf[s])
                            .map(text -> texts[text].length)
                            .sum();
                    assertArrayEquals(row(logits, before + read[textOf[s]] - 1), row(scores, s));
                }
                int[] of = textOf;
                int[] unfinished = IntStream.range(0, of.length)
                        .filter(s -> read[of[s]] < texts[of[s]].length)
                        .toArray();
                if (unfinished.length == 0) {
                    return;
                }
                state.select(unfinished);
                textOf = Arrays.stream(unfinished).map(s -> of[s]).toArray();
            }
        }
    }

    private static float[] row(Tensor logits, int row) {
        int width = logits.dimension(1);
        return Arrays.copyOfRange(logits.data(), row * width, (row + 1) * width);
    }
}
