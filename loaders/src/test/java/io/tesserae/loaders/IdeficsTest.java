package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.family.Head;
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
import io.tesserae.model.DecoderState;
import io.tesserae.model.OutputOptions;
import io.tesserae.model.TokenBatch;
import io.tesserae.model.VisionLanguageModel;
import io.tesserae.model.VisionLanguageOutput;
import io.tesserae.packed.Packed;
import io.tesserae.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * IDEFICS against the reference: every tensor of a pass, and everything that was generated. And the laws: a text with its pictures has the
 * bits that it has beside others, on every engine, and read in any steps.
 */
class IdeficsTest {

    /** Checkpoints that lie beside the repository on some machines; another folder of them may be named. */
    private static final Path BESIDE = Path.of(System.getProperty(
            "tesserae.idefics",
            Path.of("..", "..", "shared", "multimodal", "fixtures").toString()));

    private static final double TOLERANCE = 5e-5;

    static List<Path> checkpoints() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (Path root : List.of(Fixture.ROOT.resolve("idefics"), BESIDE)) {
            if (Files.isDirectory(root)) {
                try (Stream<Path> found = Files.list(root)) {
                    found.filter(folder -> Files.exists(folder.resolve("config.json"))
                                    && Packed.exists(folder.resolve("expected.safetensors")))
                            .filter(folder -> PretrainedConfig.read(ModelFiles.directory(folder))
                                    .modelType()
                                    .equals("idefics"))
                            .sorted()
                            .forEach(folders::add);
                }
            }
        }
        return folders;
    }

    /** Those of which something was generated. */
    static List<Path> writers() throws IOException {
        List<Path> writers = new ArrayList<>();
        for (Path folder : checkpoints()) {
            if (!generations(folder).isEmpty()) {
                writers.add(folder);
            }
        }
        return writers;
    }

    private static JsonArray generations(Path folder) throws IOException {
        JsonObject record = JsonParser.parseString(Files.readString(folder.resolve("expected.json")))
                .getAsJsonObject();
        return record.has("generations") ? record.getAsJsonArray("generations") : new JsonArray();
    }

    static VisionLanguageModel load(Path folder, Engine engine) {
        try (Checkpoint checkpoint = Checkpoint.open(ModelFiles.directory(Packed.checkpoint(folder)))) {
            return checkpoint.load(Head.IMAGE_TEXT_TO_TEXT, engine);
        }
    }

    static SafetensorsFile expected(Path folder) throws IOException {
        return SafetensorsFile.open(Packed.file(folder.resolve("expected.safetensors")));
    }

    // --- Tensors

    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyTensorOfAPassIsTheReferences(Path folder) throws IOException {
        try (SafetensorsFile file = expected(folder);
                VisionLanguageModel model = load(folder, Engine.shared())) {
            InterleavedFeed feed = InterleavedFeed.of(file, "in.");
            VisionLanguageOutput output = model.forward(feed.batch(), new OutputOptions(true, true));
            assertClose(
                    "logits",
                    feed.rows(Fixture.tensor(file, "out.logits")),
                    output.text().logits());
            assertPictures(feed, Fixture.tensor(file, "out.image_hidden_states"), output);
            int layers = output.text().attentions().size();
            assertEquals(layers + 1, output.text().hiddenStates().size());
            assertFalse(file.names().contains("out.attentions." + layers));
            for (int layer = 0; layer <= layers; layer++) {
                String name = "out.hidden_states." + layer;
                assertClose(
                        name,
                        feed.rows(Fixture.tensor(file, name)),
                        output.text().hiddenStates().get(layer));
            }
            for (int layer = 0; layer < layers; layer++) {
                String name = "out.attentions." + layer;
                Tensor maps = Fixture.tensor(file, name);
                for (int s = 0; s < feed.mask().length; s++) {
                    assertClose(
                            name,
                            feed.map(maps, s),
                            output.text().attentions().get(layer).get(s));
                }
            }
            assertCrossAttentions(file, feed, output);
        }
    }

    static void assertPictures(InterleavedFeed feed, Tensor states, VisionLanguageOutput output) {
        int rows = states.dimension(2);
        int width = states.dimension(3);
        float[] real = new float[output.imageHiddenStates().size()];
        int at = 0;
        for (int s = 0; s < feed.mask().length; s++) {
            int pictures = feed.batch().pictures(s);
            int from = s * states.dimension(1) * rows * width;
            System.arraycopy(states.data(), from, real, at, pictures * rows * width);
            at += pictures * rows * width;
        }
        assertEquals(real.length, at);
        assertClose("image_hidden_states", real, output.imageHiddenStates());
        int[] starts = output.imageStarts();
        assertArrayEquals(IntStream.range(0, starts.length).map(i -> i * rows).toArray(), starts);
    }

    /** Of tokens that see a picture; the others' are zero, and meaningless in the reference. */
    static void assertCrossAttentions(SafetensorsFile file, InterleavedFeed feed, VisionLanguageOutput output) {
        int gated = output.text().crossAttentions().size();
        assertFalse(file.names().contains("out.cross_attentions." + gated));
        assertTrue(gated > 0);
        for (int layer = 0; layer < gated; layer++) {
            Tensor maps = Fixture.tensor(file, "out.cross_attentions." + layer);
            int heads = maps.dimension(1);
            int length = maps.dimension(2);
            int width = maps.dimension(3);
            for (int s = 0; s < feed.mask().length; s++) {
                Tensor found = output.text().crossAttentions().get(layer).get(s);
                float[] reference = new float[found.size()];
                int rows = found.dimension(2);
                int tokens = found.dimension(1);
                for (int i = 0; i < heads * tokens; i++) {
                    int column = length - tokens + i % tokens; // padding is on the left
                    int from = ((s * heads + i / tokens) * length + column) * width;
                    if (feed.sees(s, i % tokens)) {
                        System.arraycopy(maps.data(), from, reference, i * rows, rows);
                    }
                }
                assertClose("cross_attentions." + layer, reference, found);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("writers")
    void whatWasGeneratedIsScoredAsTheReferenceDoes(Path folder) throws IOException {
        try (SafetensorsFile file = expected(folder);
                VisionLanguageModel model = load(folder, Engine.shared())) {
            assumeTrue(file.names().contains("forced.logits"), "not recorded");
            InterleavedFeed feed = InterleavedFeed.of(file, "forced.");
            Tensor logits = model.forward(feed.batch(), OutputOptions.RESULT_ONLY)
                    .text()
                    .logits();
            assertClose("forced.logits", feed.rows(Fixture.tensor(file, "forced.logits")), logits);
        }
    }

    private static void assertClose(String name, float[] expected, Tensor actual) {
        assertClose(name, expected, actual.toArray());
    }

    private static void assertClose(String name, float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length, name);
        double magnitude = Float.MIN_NORMAL;
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
    void whatIsGeneratedIsTheReferences(Path folder) throws IOException {
        try (SafetensorsFile file = expected(folder);
                VisionLanguageModel model = load(folder, Engine.shared())) {
            for (var element : generations(folder)) {
                generateAndCompare(folder, model, file, element.getAsJsonObject());
            }
        }
    }

    private static void generateAndCompare(
            Path folder, VisionLanguageModel model, SafetensorsFile file, JsonObject record) {
        String name = record.get("name").getAsString();
        InterleavedFeed feed = InterleavedFeed.of(file, "in.");
        int[][] ids = Fixture.rows(file, "in.input_ids");
        int[][] prompts = new int[ids.length][];
        int[][] padding = new int[ids.length][];
        for (int s = 0; s < ids.length; s++) {
            int padded = ids[s].length - feed.batch().texts().length(s);
            padding[s] = Arrays.copyOf(ids[s], padded);
            prompts[s] = Arrays.copyOfRange(ids[s], padded, ids[s].length);
        }
        Generated generated;
        try (DecoderState state = model.newState(feed.batch())) {
            generated = new Generator(config(folder, record.getAsJsonObject("arguments")))
                    .withPadding(padding)
                    .generate(state, prompts, 0);
        }
        JsonArray sequences = record.getAsJsonArray("sequences");
        assertEquals(sequences.size(), generated.sequences().length, name);
        for (int row = 0; row < sequences.size(); row++) {
            int[] found = generated.sequences()[row];
            int[] reference = sequences.get(row).getAsJsonArray().asList().stream()
                    .mapToInt(id -> id.getAsInt())
                    .toArray();
            int padded = padding[row * ids.length / sequences.size()].length;
            int[] real = Arrays.copyOfRange(reference, padded, reference.length);
            int[] filled = Arrays.copyOf(found, real.length);
            Arrays.fill(filled, Math.min(found.length, real.length), real.length, generated.fill());
            assertArrayEquals(real, filled, name + ", row " + row);
        }
        if (record.has("sequences_scores")) {
            JsonArray scores = record.getAsJsonArray("sequences_scores");
            for (int row = 0; row < scores.size(); row++) {
                assertEquals(scores.get(row).getAsFloat(), generated.sequencesScores()[row], 1e-4f, name);
            }
        }
        compareSteps(file, "gen." + name + ".scores.", generated.scores());
        compareSteps(file, "gen." + name + ".logits.", generated.logits());
    }

    /** The reference goes on with rows that have ended; only their own steps count. */
    private static void compareSteps(SafetensorsFile file, String prefix, List<Tensor> rows) {
        for (int step = 0; file.names().contains(prefix + step); step++) {
            Tensor all = Fixture.tensor(file, prefix + step); // [rows, vocabulary]
            assertEquals(all.dimension(0), rows.size(), prefix + step);
            int width = all.dimension(1);
            for (int row = 0; row < rows.size(); row++) {
                if (step < rows.get(row).dimension(0)) {
                    assertClose(prefix + step + ", row " + row, row(all, row, width), row(rows.get(row), step, width));
                }
            }
        }
    }

    private static GenerationConfig config(Path folder, JsonObject arguments) {
        // Whoever recorded this put aside what the file says of beams.
        GenerationConfig plain = GenerationConfig.DEFAULTS
                .with(GenerationOption.NUM_BEAMS, 1)
                .with(GenerationOption.EARLY_STOPPING, EarlyStopping.NO);
        return GenerationConfigJson.parse(new JsonObjectReader(arguments, "arguments", ""))
                .over(plain)
                .over(GenerationConfigJson.read(ModelFiles.directory(folder)))
                .with(GenerationOption.OUTPUT_SCORES, true)
                .with(GenerationOption.OUTPUT_LOGITS, true);
    }

    // --- The laws

    @ParameterizedTest
    @MethodSource("checkpoints")
    void bitsAreTheSameOnEveryEngineAloneAndInSteps(Path folder) throws IOException {
        float[] all = null;
        List<Engine> engines = List.of(
                Engine.builder().threads(1).build(),
                Engine.builder().threads(2).build(),
                Engine.builder().threads(3).build(),
                Engine.builder().threads(4).build(),
                Engine.builder().threads(2).kernels(Kernels.scalar()).build());
        for (Engine engine : engines) {
            try (engine;
                    SafetensorsFile file = expected(folder);
                    VisionLanguageModel model = load(folder, engine)) {
                InterleavedFeed feed = InterleavedFeed.of(file, "in.");
                float[] logits = model.forward(feed.batch(), OutputOptions.RESULT_ONLY)
                        .text()
                        .logits()
                        .toArray();
                all = all == null ? logits : all;
                assertArrayEquals(all, logits, "on every engine");
                assertAlone(model, feed, logits);
                assertSteps(model, feed, logits, new Random(folder.hashCode()));
            }
        }
    }

    static void assertAlone(VisionLanguageModel model, InterleavedFeed feed, float[] logits) {
        int vocabulary = model.config().vocabSize();
        int[] starts = feed.batch().texts().sequenceStarts();
        for (int s = 0; s < feed.mask().length; s++) {
            VisionLanguageOutput alone = model.forward(feed.only(s), new OutputOptions(true, true));
            float[] expected = Arrays.copyOfRange(logits, starts[s] * vocabulary, starts[s + 1] * vocabulary);
            assertArrayEquals(expected, alone.text().logits().toArray(), "text " + s + " alone");
        }
    }

    /** Texts that are read in pieces, repeated and dropped between them; each row is that of the whole pass. */
    static void assertSteps(VisionLanguageModel model, InterleavedFeed feed, float[] logits, Random random) {
        TokenBatch texts = feed.batch().texts();
        int vocabulary = model.config().vocabSize();
        int[] textOf = IntStream.range(0, texts.sequences()).toArray();
        int[] read = new int[textOf.length];
        try (DecoderState state = model.newState(feed.batch())) {
            while (textOf.length > 0) {
                int[][] tokens = new int[textOf.length][];
                for (int s = 0; s < tokens.length; s++) {
                    int left = texts.length(textOf[s]) - read[s];
                    int start = texts.sequenceStarts()[textOf[s]] + read[s];
                    tokens[s] =
                            Arrays.copyOfRange(texts.inputIds(), start, start + Math.min(left, 1 + random.nextInt(5)));
                    read[s] += tokens[s].length;
                }
                Tensor scores = state.advance(tokens);
                for (int s = 0; s < tokens.length; s++) {
                    int at = (texts.sequenceStarts()[textOf[s]] + read[s] - 1) * vocabulary;
                    assertArrayEquals(
                            Arrays.copyOfRange(logits, at, at + vocabulary),
                            row(scores, s, vocabulary),
                            "text " + textOf[s] + ", token " + (read[s] - 1));
                }
                int[] text = textOf;
                int[] of = read;
                int[] parents = IntStream.range(0, textOf.length)
                        .filter(s -> of[s] < texts.length(text[s]))
                        .flatMap(s -> random.nextInt(3) == 0 && text.length < 6 ? IntStream.of(s, s) : IntStream.of(s))
                        .toArray();
                if (parents.length > 0) {
                    state.select(parents);
                }
                textOf = Arrays.stream(parents).map(s -> text[s]).toArray();
                read = Arrays.stream(parents).map(s -> of[s]).toArray();
            }
        }
    }

    static float[] row(Tensor tensor, int row, int width) {
        return Arrays.copyOfRange(tensor.data(), row * width, (row + 1) * width);
    }
}
