package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.generation.EarlyStopping;
import io.tesserae.generation.Generated;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.generation.Generator;
import io.tesserae.kernel.Kernels;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.json.GenerationConfigJson;
import io.tesserae.loaders.json.JsonObjectReader;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.DecoderOutput;
import io.tesserae.model.DecoderState;
import io.tesserae.model.GenerationTokens;
import io.tesserae.model.ImageBatch;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * GPT-2 that writes, alone and about pictures, against the reference: every tensor of a pass, and everything that was generated. And the
 * law of the cache: steps are one pass, to the bit.
 */
class Gpt2WritingTest {

    private static final Path FIXTURES = Fixture.ROOT.resolve("gpt2");

    /** Larger checkpoints, which lie beside the repository on some machines. */
    private static final Path BESIDE = Path.of("..", "..", "shared", "multimodal", "fixtures");

    private static final double TOLERANCE = 1e-5;

    /**
     * A checkpoint, and who has its answers.
     *
     * @param model a folder
     * @param answers the same, or another whose weights are the same
     */
    record Writer(Path model, Path answers) {

        boolean isCaptioner() {
            return PretrainedConfig.read(ModelFiles.directory(model))
                    .modelType()
                    .equals("vision-encoder-decoder");
        }

        SafetensorsFile expected() throws IOException {
            return SafetensorsFile.open(Packed.file(answers.resolve("expected.safetensors")));
        }

        Loaded load(Engine engine) throws IOException {
            ModelFiles files = ModelFiles.directory(model);
            if (!isCaptioner()) {
                AutoModelForCausalLM causal = AutoModelForCausalLM.fromPretrained(files, engine);
                return new CausalLoaded(causal);
            }
            try (SafetensorsFile expected = expected()) {
                ImageBatch pictures = ImageBatch.of(Fixture.tensor(expected, "in.pixel_values"));
                return new CaptionerLoaded(AutoModelForImageTextToText.fromPretrained(files, engine), pictures);
            }
        }

        @Override
        public String toString() {
            return model.getFileName().toString();
        }
    }

    /** What both kinds have alike; the pictures are given. */
    private interface Loaded extends AutoCloseable {

        DecoderOutput forward(TokenBatch batch, OutputOptions options);

        DecoderState newState(int sequences);

        GenerationTokens tokens();

        @Override
        void close();
    }

    private record CausalLoaded(AutoModelForCausalLM model) implements Loaded {

        @Override
        public DecoderOutput forward(TokenBatch batch, OutputOptions options) {
            return model.forward(batch, options);
        }

        @Override
        public DecoderState newState(int sequences) {
            return model.languageModel().newState(sequences);
        }

        @Override
        public GenerationTokens tokens() {
            return model.languageModel().tokens();
        }

        @Override
        public void close() {
            model.close();
        }
    }

    private record CaptionerLoaded(AutoModelForImageTextToText model, ImageBatch pictures) implements Loaded {

        @Override
        public DecoderOutput forward(TokenBatch batch, OutputOptions options) {
            return model.forward(pictures, batch, options, false).text();
        }

        @Override
        public DecoderState newState(int sequences) {
            assertEquals(pictures.images(), sequences);
            return model.captioner().newState(pictures, false);
        }

        @Override
        public GenerationTokens tokens() {
            return model.captioner().tokens();
        }

        @Override
        public void close() {
            model.close();
        }
    }

    static List<Writer> writers() {
        List<Writer> writers = new ArrayList<>();
        for (String name : List.of("model", "caption", "caption-with-projection")) {
            Path folder = FIXTURES.resolve("writing").resolve(name);
            writers.add(new Writer(folder, folder));
        }
        Path beside = BESIDE.resolve("gpt2");
        Stream.of(
                        new Writer(beside, beside),
                        new Writer(BESIDE.resolve("gpt2-legacy-names"), beside),
                        new Writer(BESIDE.resolve("vit-gpt2-caption"), BESIDE.resolve("vit-gpt2-caption")),
                        new Writer(BESIDE.resolve("vit-gpt2-caption-proj"), BESIDE.resolve("vit-gpt2-caption-proj")))
                .filter(writer -> Files.exists(writer.model()))
                .forEach(writers::add);
        return writers;
    }

    // --- Tensors

    @ParameterizedTest
    @MethodSource("writers")
    void everyTensorOfAPassIsTheReferences(Writer writer) throws IOException {
        try (SafetensorsFile expected = writer.expected();
                Loaded model = writer.load(Engine.shared())) {
            Feed feed = Feed.of(writer, expected);
            DecoderOutput output = model.forward(feed.batch(), new OutputOptions(true, true));
            String prefix = writer.isCaptioner() ? "decoder_" : "";
            assertClose("logits", feed.rows(Fixture.tensor(expected, "out.logits")), output.logits());
            int layers = output.attentions().size();
            assertEquals(layers + 1, output.hiddenStates().size());
            assertFalse(expected.names().contains("out." + prefix + "attentions." + layers));
            for (int layer = 0; layer <= layers; layer++) {
                String name = "out." + prefix + "hidden_states." + layer;
                assertClose(
                        name,
                        feed.rows(Fixture.tensor(expected, name)),
                        output.hiddenStates().get(layer));
            }
            for (int layer = 0; layer < layers; layer++) {
                String name = "out." + prefix + "attentions." + layer;
                Tensor maps = Fixture.tensor(expected, name);
                for (int s = 0; s < feed.mask().length; s++) {
                    assertClose(
                            name,
                            feed.map(maps, s),
                            output.attentions().get(layer).get(s));
                }
            }
            assertEquals(
                    writer.isCaptioner() ? layers : 0, output.crossAttentions().size());
            for (int layer = 0; layer < output.crossAttentions().size(); layer++) {
                Tensor maps = Fixture.tensor(expected, "out.cross_attentions." + layer);
                assertClose(
                        "cross attentions",
                        maps.toArray(),
                        concatenated(output.crossAttentions().get(layer)));
            }
        }
    }

    /** What the encoder below makes of pictures, and the sequences that were generated, read in one pass. */
    @ParameterizedTest
    @MethodSource("writers")
    void whatWasGeneratedIsScoredAsTheReferenceDoes(Writer writer) throws IOException {
        try (SafetensorsFile expected = writer.expected();
                Loaded model = writer.load(Engine.shared())) {
            if (expected.names().contains("forced.logits")) {
                TokenBatch batch = TokenBatch.of(Fixture.rows(expected, "forced.decoder_input_ids"));
                assertClose(
                        "forced.logits",
                        Fixture.tensor(expected, "forced.logits").toArray(),
                        model.forward(batch, OutputOptions.RESULT_ONLY).logits());
            }
            if (model instanceof CaptionerLoaded(AutoModelForImageTextToText captioner, ImageBatch pictures)) {
                Tensor seen = captioner
                        .captioner()
                        .encoder()
                        .forward(pictures, OutputOptions.RESULT_ONLY, false)
                        .lastHiddenState();
                assertClose(
                        "encoder_last_hidden_state",
                        Fixture.tensor(expected, "out.encoder_last_hidden_state")
                                .toArray(),
                        seen);
            }
        }
    }

    /**
     * What a pass is fed, without padding.
     *
     * @param batch the tokens that the mask leaves
     * @param mask {@code [sequences, length]}
     */
    private record Feed(TokenBatch batch, int[][] mask) {

        static Feed of(Writer writer, SafetensorsFile expected) {
            if (writer.isCaptioner()) {
                int[][] ids = Fixture.rows(expected, "in.decoder_input_ids");
                int[][] mask = new int[ids.length][ids[0].length];
                Arrays.stream(mask).forEach(row -> Arrays.fill(row, 1));
                return new Feed(TokenBatch.of(ids), mask);
            }
            int[][] mask = Fixture.rows(expected, "in.attention_mask");
            // Positions count real tokens, whose first is 0: those of the padding are dropped with it.
            return new Feed(TokenBatch.of(kept(Fixture.rows(expected, "in.input_ids"), mask)), mask);
        }

        /** Of {@code [sequences, length, width]}, the rows that are not masked. */
        float[] rows(Tensor states) {
            int length = states.dimension(1);
            int width = states.dimension(2);
            float[] real = new float[states.size()];
            int count = 0;
            for (int row = 0; row < states.dimension(0) * length; row++) {
                if (mask[row / length][row % length] == 1) {
                    System.arraycopy(states.data(), row * width, real, count, width);
                    count += width;
                }
            }
            return Arrays.copyOf(real, count);
        }

        /** Of {@code [sequences, heads, length, length]}, what the tokens of one sequence that are not masked see of each other. */
        float[] map(Tensor maps, int sequence) {
            int length = maps.dimension(2);
            float[] real = new float[maps.dimension(1) * length * length];
            int count = 0;
            for (int i = 0; i < real.length; i++) {
                if (mask[sequence][i / length % length] == 1 && mask[sequence][i % length] == 1) {
                    real[count++] = maps.data()[sequence * real.length + i];
                }
            }
            return Arrays.copyOf(real, count);
        }
    }

    private static int[][] kept(int[][] ids, int[][] mask) {
        int[][] kept = new int[ids.length][];
        for (int s = 0; s < ids.length; s++) {
            int[] row = ids[s];
            int[] ofRow = mask[s];
            kept[s] = IntStream.range(0, row.length)
                    .filter(column -> ofRow[column] == 1)
                    .map(column -> row[column])
                    .toArray();
        }
        return kept;
    }

    private static float[] concatenated(List<Tensor> tensors) {
        float[] all = new float[tensors.stream().mapToInt(Tensor::size).sum()];
        int at = 0;
        for (Tensor tensor : tensors) {
            System.arraycopy(tensor.data(), 0, all, at, tensor.size());
            at += tensor.size();
        }
        return all;
    }

    private static void assertClose(String name, float[] expected, Tensor actual) {
        assertClose(name, expected, actual.toArray());
    }

    private static void assertClose(String name, float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length, name);
        double magnitude = 1;
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            if (Float.isInfinite(expected[i])) {
                assertEquals(expected[i], actual[i], name);
            } else {
                magnitude = Math.max(magnitude, Math.abs(expected[i]));
                error = Math.max(error, Math.abs(expected[i] - actual[i]));
            }
        }
        assertTrue(error <= TOLERANCE * magnitude, name + ": error " + error + " at magnitude " + magnitude);
    }

    // --- Generation

    @ParameterizedTest
    @MethodSource("writers")
    void whatIsGeneratedIsTheReferences(Writer writer) throws IOException {
        JsonArray records = JsonParser.parseString(
                        Files.readString(writer.answers().resolve("expected.json")))
                .getAsJsonObject()
                .getAsJsonArray("generations");
        assertTrue(records.size() >= 4);
        try (SafetensorsFile expected = writer.expected();
                Loaded model = writer.load(Engine.shared())) {
            for (var element : records) {
                generateAndCompare(writer, model, expected, element.getAsJsonObject());
            }
        }
    }

    private static void generateAndCompare(Writer writer, Loaded model, SafetensorsFile expected, JsonObject record) {
        String name = record.get("name").getAsString();
        int[][] prompts = prompts(writer, model, expected, name);
        int longest =
                Arrays.stream(prompts).mapToInt(prompt -> prompt.length).max().orElseThrow();
        GenerationConfig config = config(writer, model, record.getAsJsonObject("arguments"));
        int pad = config.find(GenerationOption.PAD_TOKEN_ID)
                .or(() -> config.find(GenerationOption.EOS_TOKEN_ID).map(List::getFirst))
                .orElseThrow();
        int[][] padding = Arrays.stream(prompts)
                .map(prompt -> IntStream.generate(() -> pad)
                        .limit(longest - prompt.length)
                        .toArray())
                .toArray(int[][]::new);
        Generated generated;
        try (DecoderState state = model.newState(prompts.length)) {
            generated = new Generator(config).withPadding(padding).generate(state, prompts, 0);
        }
        JsonArray sequences = record.getAsJsonArray("sequences");
        assertEquals(sequences.size(), generated.sequences().length, name);
        for (int row = 0; row < sequences.size(); row++) {
            int[] found = generated.sequences()[row];
            JsonArray padded = sequences.get(row).getAsJsonArray();
            int[] row0 = new int[padded.size()];
            Arrays.fill(row0, generated.fill());
            System.arraycopy(found, 0, row0, longest - generated.promptLengths()[row], found.length);
            assertArrayEquals(
                    padded.asList().stream().mapToInt(id -> id.getAsInt()).toArray(), row0, name + ", row " + row);
        }
        if (record.has("sequences_scores")) {
            JsonArray scores = record.getAsJsonArray("sequences_scores");
            assertEquals(scores.size(), generated.sequencesScores().length);
            for (int row = 0; row < scores.size(); row++) {
                assertEquals(scores.get(row).getAsFloat(), generated.sequencesScores()[row], 1e-4f, name);
            }
        }
        compareSteps(expected, "gen." + name + ".scores.", generated.scores());
        compareSteps(expected, "gen." + name + ".logits.", generated.logits());
    }

    /** The reference goes on with rows that have ended; only their own steps count. */
    private static void compareSteps(SafetensorsFile expected, String prefix, List<Tensor> rows) {
        for (int step = 0; expected.names().contains(prefix + step); step++) {
            Tensor all = Fixture.tensor(expected, prefix + step); // [rows, vocabulary]
            assertEquals(all.dimension(0), rows.size(), prefix + step);
            int width = all.dimension(1);
            for (int row = 0; row < rows.size(); row++) {
                if (step < rows.get(row).dimension(0)) {
                    assertClose(prefix + step + ", row " + row, row(all, row, width), row(rows.get(row), step, width));
                }
            }
        }
    }

    private static int[][] prompts(Writer writer, Loaded model, SafetensorsFile expected, String name) {
        if (writer.isCaptioner()) {
            int[][] starts = new int[(int) expected.shape("in.pixel_values")[0]][1];
            Arrays.stream(starts)
                    .forEach(start -> start[0] = model.tokens().start().orElseThrow());
            return starts;
        }
        int[][] prompts = kept(Fixture.rows(expected, "in.input_ids"), Fixture.rows(expected, "in.attention_mask"));
        return name.startsWith("alone") ? new int[][] {prompts[name.charAt("alone".length()) - '0']} : prompts;
    }

    private static GenerationConfig config(Writer writer, Loaded model, JsonObject arguments) {
        GenerationConfig config = GenerationConfigJson.read(ModelFiles.directory(writer.model()));
        if (!arguments.isEmpty()) {
            // Whoever recorded this put aside what the file says of beams.
            GenerationConfig plain = GenerationConfig.DEFAULTS
                    .with(GenerationOption.NUM_BEAMS, 1)
                    .with(GenerationOption.EARLY_STOPPING, EarlyStopping.NO);
            config = GenerationConfigJson.parse(new JsonObjectReader(arguments, "arguments", ""))
                    .over(plain)
                    .over(config);
        }
        assertEquals(
                config.find(GenerationOption.BOS_TOKEN_ID).orElseThrow(),
                model.tokens().start().orElseThrow());
        return config.with(GenerationOption.OUTPUT_SCORES, true).with(GenerationOption.OUTPUT_LOGITS, true);
    }

    // --- The law

    @ParameterizedTest
    @MethodSource("writers")
    void stepsAreOnePassAndBatchesAreTheirSequences(Writer writer) throws IOException {
        float[] all = null;
        List<Engine> engines = List.of(
                Engine.builder().threads(1).build(),
                Engine.builder().threads(2).build(),
                Engine.builder().threads(2).kernels(Kernels.scalar()).build());
        for (Engine engine : engines) {
            try (engine;
                    SafetensorsFile expected = writer.expected();
                    Loaded model = writer.load(engine)) {
                TokenBatch batch = Feed.of(writer, expected).batch();
                DecoderOutput output = model.forward(batch, OutputOptions.RESULT_ONLY);
                float[] logits = output.logits().toArray();
                all = all == null ? logits : all;
                assertArrayEquals(all, logits, "on every engine");
                assertSteps(model, batch, output.logits());
                if (!writer.isCaptioner()) {
                    assertAlone(model, batch, output.logits());
                }
            }
        }
    }

    /** The first tokens of every sequence at once, as many as the shortest has but one; then one by one, with others in between. */
    private static void assertSteps(Loaded model, TokenBatch batch, Tensor logits) {
        int vocabulary = logits.dimension(1);
        int sequences = batch.sequences();
        int shortest = IntStream.range(0, sequences).map(batch::length).min().orElseThrow();
        try (DecoderState state = model.newState(sequences)) {
            for (int from = 0, to = Math.max(1, shortest - 2); from < shortest; from = to, to++) {
                int[][] tokens = new int[sequences][];
                for (int s = 0; s < sequences; s++) {
                    int start = batch.sequenceStarts()[s];
                    tokens[s] = Arrays.copyOfRange(batch.inputIds(), start + from, start + to);
                }
                Tensor scores = state.advance(tokens);
                for (int s = 0; s < sequences; s++) {
                    int row = batch.sequenceStarts()[s] + to - 1;
                    assertArrayEquals(row(logits, row, vocabulary), row(scores, s, vocabulary), "token " + (to - 1));
                }
            }
        }
    }

    private static void assertAlone(Loaded model, TokenBatch batch, Tensor logits) {
        int vocabulary = logits.dimension(1);
        for (int s = 0; s < batch.sequences(); s++) {
            int start = batch.sequenceStarts()[s];
            int[] ids = Arrays.copyOfRange(batch.inputIds(), start, start + batch.length(s));
            float[] alone = model.forward(TokenBatch.of(ids), OutputOptions.RESULT_ONLY)
                    .logits()
                    .toArray();
            assertArrayEquals(
                    Arrays.copyOfRange(logits.data(), start * vocabulary, (start + ids.length) * vocabulary), alone);
        }
    }

    private static float[] row(Tensor tensor, int row, int width) {
        return Arrays.copyOfRange(tensor.data(), row * width, (row + 1) * width);
    }
}
