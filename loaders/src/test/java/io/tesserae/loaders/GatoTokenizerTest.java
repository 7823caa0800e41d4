package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.generation.Generated;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import io.tesserae.generation.Generator;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.loaders.stream.GatoNumbers;
import io.tesserae.loaders.stream.GatoTokenizer;
import io.tesserae.loaders.stream.GatoTokenizer.Convention;
import io.tesserae.loaders.stream.StreamPart;
import io.tesserae.loaders.stream.StreamStep;
import io.tesserae.loaders.stream.TokenStream;
import io.tesserae.model.StreamBatch;
import io.tesserae.model.StreamState;
import io.tesserae.model.TokenBatch;
import io.tesserae.packed.Packed;
import io.tesserae.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GATO's own stream of tokens, against what the reproduction makes of the same values; and the paper's beside it. */
class GatoTokenizerTest {

    private static final Fixture FIXTURE =
            new Fixture(Fixture.ROOT.resolve("gato").resolve("classic"));
    private static final Function<String, int[]> NO_WORDS = text -> new int[] {text.length()};

    private static JsonObject json(String name) throws IOException {
        return JsonParser.parseString(Packed.text(FIXTURE.folder().resolve(name)))
                .getAsJsonObject();
    }

    @Test
    void numbersHaveTheIdsOfTheReference() throws IOException {
        GatoNumbers numbers = GatoNumbers.PAPER;
        for (JsonElement element : json("numbers.json").getAsJsonArray("encode")) {
            JsonObject number = element.getAsJsonObject();
            double x = number.get("x").getAsDouble();
            double companded = number.get("companded").getAsDouble();
            assertEquals(companded, numbers.compand(x), 1e-15 * Math.max(1, Math.abs(companded)));
            assertEquals(number.get("token").getAsInt(), numbers.id(x));
            assertEquals(number.get("token_without_companding").getAsInt(), numbers.idOfUnit(x));
            double decoded = number.get("decoded").getAsDouble();
            assertEquals(decoded, numbers.number(numbers.id(x)), 1e-12 * Math.max(1, Math.abs(decoded)));
        }
        for (JsonElement element : json("numbers.json").getAsJsonArray("decode")) {
            JsonObject id = element.getAsJsonObject();
            int token = id.get("token").getAsInt();
            double value = id.get("value").getAsDouble();
            assertEquals(value, numbers.number(token), 1e-12 * Math.max(1, Math.abs(value)));
            assertEquals(id.get("value_without_companding").getAsDouble(), numbers.unit(token));
        }
    }

    @Test
    void aBinIsItsOwnMiddlesAndEndsAreTheNearest() {
        GatoNumbers numbers = GatoNumbers.PAPER;
        for (int id = 32_000; id < 33_024; id++) {
            assertEquals(id, numbers.id(numbers.number(id)));
        }
        assertEquals(33_023, numbers.id(Double.POSITIVE_INFINITY));
        assertEquals(32_000, numbers.id(Double.NEGATIVE_INFINITY));
        assertThrows(IllegalArgumentException.class, () -> numbers.id(Double.NaN));
        assertEquals(33_024, numbers.separator());
    }

    @ParameterizedTest
    @ValueSource(strings = {"control", "game", "instruction", "language", "caption"})
    void streamsAreThoseOfTheReference(String name) throws IOException {
        JsonObject raw = json("expected.json")
                .getAsJsonObject("cases")
                .getAsJsonObject(name)
                .getAsJsonObject("raw");
        GatoTokenizer tokenizer = tokenizer();
        TokenStream stream = raw.has("text") ? tokenizer.texts(List.of(text(raw))) : tokenizer.episodes(episodes(raw));
        try (SafetensorsFile file = FIXTURE.expected()) {
            StreamCase expected = StreamCase.read(file, name);
            StreamBatch batch = stream.batch();
            assertArrayEquals(
                    expected.batch().elements().inputIds(), batch.elements().inputIds());
            assertArrayEquals(
                    expected.batch().elements().sequenceStarts(),
                    batch.elements().sequenceStarts());
            assertArrayEquals(expected.batch().patchOf(), batch.patchOf());
            assertArrayEquals(
                    expected.batch().patches().pixels(), batch.patches().pixels());
            assertArrayEquals(
                    expected.batch().patches().positions(), batch.patches().positions());
            assertArrayEquals(expected.batch().localPositions(), batch.localPositions());
            boolean[] counts = expected.counts();
            assertArrayEquals(counts, stream.counts());
        }
    }

    private static GatoTokenizer tokenizer() {
        Tokenizer words = AutoTokenizer.fromPretrained(FIXTURE.files());
        return GatoTokenizer.of(FIXTURE.config(), text -> words.encode(text).inputIds());
    }

    private static List<StreamPart> text(JsonObject raw) {
        List<StreamPart> parts = new ArrayList<>();
        if (raw.has("images")) {
            parts.add(picture(raw.getAsJsonArray("images").get(0)));
        }
        parts.add(new StreamPart.Text(raw.getAsJsonArray("text").get(0).getAsString()));
        return parts;
    }

    private static List<List<StreamStep>> episodes(JsonObject raw) {
        List<List<StreamStep>> episodes = new ArrayList<>();
        int count = raw.entrySet().iterator().next().getValue().getAsJsonArray().size();
        for (int e = 0; e < count; e++) {
            int steps = raw.entrySet()
                    .iterator()
                    .next()
                    .getValue()
                    .getAsJsonArray()
                    .get(e)
                    .getAsJsonArray()
                    .size();
            List<StreamStep> episode = new ArrayList<>();
            for (int s = 0; s < steps; s++) {
                TreeMap<String, StreamPart> observation = new TreeMap<>();
                List<StreamPart> action = new ArrayList<>();
                for (String key : raw.keySet()) {
                    JsonElement value =
                            raw.getAsJsonArray(key).get(e).getAsJsonArray().get(s);
                    switch (key) {
                        case "continuous_observations" ->
                            observation.put(key, new StreamPart.Continuous(doubles(value)));
                        case "discrete_observations" -> observation.put(key, new StreamPart.Discrete(ints(value)));
                        case "text_observations" -> observation.put(key, new StreamPart.Text(value.getAsString()));
                        case "image_observations" -> observation.put(key, picture(value));
                        case "continuous_actions" -> action.add(new StreamPart.Continuous(doubles(value)));
                        case "discrete_actions" -> action.add(new StreamPart.Discrete(value.getAsInt()));
                        default -> assertEquals("rewards", key, "which are not in the stream");
                    }
                }
                episode.add(new StreamStep(observation, action));
            }
            episodes.add(episode);
        }
        return episodes;
    }

    private static double[] doubles(JsonElement values) {
        return StreamSupport.stream(values.getAsJsonArray().spliterator(), false)
                .mapToDouble(JsonElement::getAsDouble)
                .toArray();
    }

    private static int[] ints(JsonElement values) {
        return StreamSupport.stream(values.getAsJsonArray().spliterator(), false)
                .mapToInt(JsonElement::getAsInt)
                .toArray();
    }

    private static StreamPart.Picture picture(JsonElement rows) {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        JsonArray lines = rows.getAsJsonArray();
        for (JsonElement line : lines) {
            for (JsonElement pixel : line.getAsJsonArray()) {
                pixel.getAsJsonArray().forEach(value -> pixels.write(value.getAsInt()));
            }
        }
        return new StreamPart.Picture(
                pixels.toByteArray(),
                lines.size(),
                lines.get(0).getAsJsonArray().size(),
                3);
    }

    /** A grey picture, made larger as OpenCV does, of one patch; and where the patches of a large one lie. */
    @Test
    void picturesAreEnlargedAndCutAsInTheReference() throws IOException {
        JsonObject resize = json("numbers.json").getAsJsonObject("resize_7x10_to_8x12");
        byte[] pixels = bytes(resize.getAsJsonArray("input"));
        byte[] expected = bytes(resize.getAsJsonArray("output"));
        GatoTokenizer tokenizer = new GatoTokenizer(GatoNumbers.PAPER, 4, Convention.PAPER, NO_WORDS);
        StreamBatch batch = tokenizer
                .observation(List.of(new StreamPart.Picture(pixels, 7, 10, 1)))
                .batch();
        assertEquals(6, batch.patches().count());
        for (int patch = 0; patch < 6; patch++) {
            for (int i = 0; i < 16; i++) {
                int pixel = (patch / 3 * 4 + i / 4) * 12 + patch % 3 * 4 + i % 4;
                assertEquals(expected[pixel], batch.patches().pixels()[patch * 64 + i]);
            }
        }
        GatoTokenizer coarse = new GatoTokenizer(GatoNumbers.PAPER, 16, Convention.PAPER, NO_WORDS);
        float[] positions = coarse.observation(List.of(new StreamPart.Picture(new byte[84 * 84], 84, 84, 1)))
                .batch()
                .patches()
                .positions();
        JsonObject patches = json("numbers.json").getAsJsonObject("image_84x84_patch16");
        assertEquals(4 * patches.get("patches").getAsInt(), positions.length);
        assertPosition(patches.getAsJsonArray("first"), positions, 0);
        assertPosition(patches.getAsJsonArray("second"), positions, 1);
        assertPosition(patches.getAsJsonArray("seventh"), positions, 6);
        assertPosition(patches.getAsJsonArray("last"), positions, 35);
    }

    private static byte[] bytes(JsonArray rows) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        rows.forEach(row -> row.getAsJsonArray().forEach(value -> bytes.write(value.getAsInt())));
        return bytes.toByteArray();
    }

    private static void assertPosition(JsonArray expected, float[] positions, int patch) {
        for (int i = 0; i < 4; i++) {
            float value =
                    (float) expected.get(i / 2).getAsJsonArray().get(i % 2).getAsDouble();
            assertEquals(value, positions[4 * patch + i]);
        }
    }

    /** Names in their order, whole numbers among the words' ids, actions not companded, separators not foretold. */
    @Test
    void thePaperDoesOtherwise() {
        GatoTokenizer paper = new GatoTokenizer(GatoNumbers.PAPER, 16, Convention.PAPER, NO_WORDS);
        TreeMap<String, StreamPart> observation = new TreeMap<>();
        observation.put("b", new StreamPart.Text("word"));
        observation.put("a", new StreamPart.Continuous(0.5));
        observation.put("c", new StreamPart.Discrete(7, 1023));
        StreamStep step = new StreamStep(observation, List.of(new StreamPart.Continuous(0.5)));
        TokenStream stream = paper.episodes(List.of(List.of(step)));
        assertArrayEquals(
                new int[] {32_710, 4, 7, 1023, 33_024, 32_768},
                stream.batch().elements().inputIds());
        assertArrayEquals(new int[] {0, 1, 2, 3, -1, -1}, stream.batch().localPositions());
        assertArrayEquals(new boolean[] {false, true, false, false, false, true}, stream.counts());
        assertEquals(0.5009765625, paper.action(32_768)[0]);
        StreamPart tooLarge = new StreamPart.Discrete(1024);
        assertThrows(IllegalArgumentException.class, () -> paper.observation(List.of(tooLarge)));
        GatoTokenizer reproduction = new GatoTokenizer(GatoNumbers.PAPER, 16, Convention.REPRODUCTION, NO_WORDS);
        assertArrayEquals(
                new int[] {4, 32_007, 33_023, 32_710, 33_024, 32_710},
                reproduction.episodes(List.of(List.of(step))).batch().elements().inputIds());
    }

    /** An agent reads what it observes and a separator, and writes what it does, on and on in one stream. */
    @Test
    void actionsAreWrittenTokenByToken() throws IOException {
        JsonObject agent = json("expected.json").getAsJsonObject("agent");
        int size = agent.get("action_size").getAsInt();
        GatoTokenizer tokenizer = tokenizer();
        Generator generator = new Generator(GenerationConfig.DEFAULTS.with(GenerationOption.MAX_NEW_TOKENS, size));
        int[] separator = {tokenizer.numbers().separator()};
        try (var model = AutoModelForStreams.fromPretrained(FIXTURE.files());
                StreamState state = model.newState(1)) {
            for (JsonElement element : agent.getAsJsonArray("steps")) {
                JsonObject step = element.getAsJsonObject();
                var observed = new StreamPart.Continuous(doubles(step.get("observation")));
                state.advance(tokenizer.observation(List.of(observed)).batch());
                Generated generated = generator.generate(state, new int[][] {separator}, 0);
                int[] written = generated.sequences()[0];
                int[] action = Arrays.copyOfRange(written, 1, written.length);
                assertArrayEquals(ints(step.get("action_tokens")), action);
                assertArrayEquals(doubles(step.get("action")), tokenizer.action(action), 1e-9);
                // The last was written, and not read yet.
                state.advance(StreamBatch.of(TokenBatch.of(new int[] {action[size - 1]})));
                assertEquals(step.get("tokens_in_cache").getAsInt(), state.length(0));
            }
        }
    }

    /** However large or small, it falls into a bin; a larger one into no earlier bin, and the bin's middle into the same. */
    @Property
    void everyNumberHasABin(@ForAll double x, @ForAll double y, @ForAll @IntRange(min = 1, max = 2000) int bins) {
        GatoNumbers numbers = new GatoNumbers(10, bins, 100, 256);
        int id = numbers.id(x);
        assertTrue(10 <= id && id < numbers.separator(), () -> x + " has the id " + id);
        int other = numbers.id(y);
        assertTrue(x <= y ? id <= other : id >= other, () -> x + " and " + y + " have the ids " + id + " and " + other);
        assertEquals(numbers.unit(id), numbers.compand(numbers.number(id)), 1e-9);
    }

    /** Whatever an environment gives: an id below those of the model, a place for what is observed, none for what is done. */
    @Property
    void everyStreamIsOfIdsThatThereAre(
            @ForAll @Size(min = 1, max = 6) int[] whole, @ForAll @Size(min = 1, max = 6) double[] real) {
        GatoTokenizer tokenizer =
                new GatoTokenizer(GatoNumbers.PAPER, 16, Convention.REPRODUCTION, text -> new int[text.length()]);
        TreeMap<String, StreamPart> observation = new TreeMap<>();
        observation.put("buttons", new StreamPart.Discrete(whole));
        observation.put("speeds", new StreamPart.Continuous(real));
        StreamStep step = new StreamStep(observation, List.of(new StreamPart.Continuous(real)));
        TokenStream stream = tokenizer.episodes(List.of(List.of(step, step)));
        int observed = whole.length + real.length;
        int length = observed + 1 + real.length; // of a step, with its separator
        int[] ids = stream.batch().elements().inputIds();
        assertEquals(2 * length, ids.length);
        assertEquals(ids.length, stream.counts().length);
        for (int i = 0; i < ids.length; i++) {
            assertTrue(32_000 <= ids[i] && ids[i] <= 33_024, "an id beyond those of numbers: " + ids[i]);
            int place = i % length;
            assertEquals(place < observed ? place : -1, stream.batch().localPositions()[i]);
            assertEquals(place >= observed, stream.counts()[i]);
        }
    }

    @Test
    void whatIsNoPartOfAStreamIsRefused() {
        GatoTokenizer tokenizer =
                new GatoTokenizer(GatoNumbers.PAPER, 16, Convention.PAPER, text -> new int[] {32_000});
        assertThrows(IllegalArgumentException.class, () -> new StreamPart.Continuous(1, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new StreamPart.Continuous());
        assertThrows(IllegalArgumentException.class, () -> new StreamPart.Discrete());
        assertThrows(IllegalArgumentException.class, () -> new StreamPart.Picture(new byte[3], 1, 1, 4));
        assertThrows(IllegalArgumentException.class, () -> new StreamPart.Picture(new byte[5], 1, 1, 5));
        assertThrows(IllegalArgumentException.class, () -> new StreamPart.Picture(new byte[0], 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new StreamStep(new TreeMap<>(), List.of()));
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> tokenizer.texts(List.of(List.of(new StreamPart.Text("x")))))
                .getMessage();
        assertTrue(message.contains("expected ids below 32000"), message);
        assertThrows(IllegalArgumentException.class, () -> new GatoNumbers(10, 10, 0, 256));
        assertThrows(IllegalArgumentException.class, () -> new GatoNumbers(10, 10, Double.NaN, 256));
        assertThrows(IllegalArgumentException.class, () -> new GatoNumbers(0, 10, 100, 256));
    }
}
