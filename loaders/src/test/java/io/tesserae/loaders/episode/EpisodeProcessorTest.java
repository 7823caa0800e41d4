package io.tesserae.loaders.episode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.engine.Engine;
import io.tesserae.loaders.Checkpoint;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.image.ImageFiles;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.episode.PhotoTexts;
import io.tesserae.packed.Packed;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What {@code JatProcessor} and its tokenizer make of the same. */
class EpisodeProcessorTest {

    private static final Path FIXTURES = Path.of("..", "testdata", "fixtures", "jat");

    private static EpisodeProcessor processor(String fixture) {
        try (Checkpoint checkpoint =
                Checkpoint.open(ModelFiles.directory(Packed.checkpoint(FIXTURES.resolve(fixture))))) {
            return EpisodeProcessor.fromPretrained(checkpoint, Engine.shared());
        }
    }

    private static JsonElement json(String file) throws IOException {
        return JsonParser.parseString(Packed.text(FIXTURES.resolve(file)));
    }

    private static SafetensorsFile recorded(String fixture) throws IOException {
        return SafetensorsFile.open(Packed.file(FIXTURES.resolve(fixture).resolve("expected.safetensors")));
    }

    private static List<List<JsonElement>> rows(JsonElement rows) {
        return rows.getAsJsonArray().asList().stream()
                .map(row -> row.getAsJsonArray().asList())
                .toList();
    }

    private static JsonArray array(List<? extends List<?>> rows) {
        return JsonParser.parseString(rows.toString()).getAsJsonArray();
    }

    private static int[] ints(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
    }

    @Test
    void sequencesAreCutAsTheReferenceCutsThem() throws IOException {
        JsonArray cases = json("processor-cases.json").getAsJsonObject().getAsJsonArray("truncate");
        assertFalse(cases.isEmpty());
        for (JsonElement element : cases) {
            JsonObject one = element.getAsJsonObject();
            Truncation truncation = new Truncation(
                    one.get("max_length").getAsInt(),
                    side(one),
                    one.get("preserve").getAsBoolean() ? Truncation.Rest.PRESERVED : Truncation.Rest.LOST);
            assertEquals(
                    rows(one.getAsJsonObject("output").get("a")),
                    truncation.cut(rows(one.getAsJsonObject("input").get("a"))),
                    one::toString);
        }
        assertThrows(
                IllegalArgumentException.class, () -> new Truncation(0, Truncation.Side.LEFT, Truncation.Rest.LOST));
    }

    private static Truncation.Side side(JsonObject arguments) {
        return arguments.has("truncation_side")
                        && arguments.get("truncation_side").getAsString().equals("left")
                ? Truncation.Side.LEFT
                : Truncation.Side.RIGHT;
    }

    @Test
    void sequencesAreFilledUpAsTheReferenceFillsThem() throws IOException {
        JsonArray cases = json("processor-cases.json").getAsJsonObject().getAsJsonArray("pad");
        assertFalse(cases.isEmpty());
        for (JsonElement element : cases) {
            JsonObject input = element.getAsJsonObject().getAsJsonObject("input");
            JsonObject output = element.getAsJsonObject().getAsJsonObject("output");
            PaddedSequences<JsonElement> padded = PaddedSequences.of(
                    rows(input.get("f")),
                    element.getAsJsonObject().get("target_length").getAsInt());
            if (input.has("attention_mask")) {
                padded = padded.masked(rows(input.get("attention_mask")).stream()
                        .map(row -> row.stream().map(JsonElement::getAsInt).toList())
                        .toList());
            }
            assertEquals(rows(output.get("f")), padded.sequences());
            assertEquals(output.get("attention_mask"), array(padded.attentionMask()));
        }
        assertThrows(IllegalArgumentException.class, () -> PaddedSequences.of(List.of(List.of()), 1));
    }

    @Test
    void wholeCallsGiveWhatTheReferenceGives() throws IOException {
        EpisodeProcessor processor = processor("grid");
        JsonArray cases = json("processor-cases.json").getAsJsonObject().getAsJsonArray("processor");
        assertFalse(cases.isEmpty());
        for (JsonElement element : cases) {
            JsonObject one = element.getAsJsonObject();
            JsonObject output = one.getAsJsonObject("output");
            for (Map.Entry<String, JsonElement> field :
                    one.getAsJsonObject("input").entrySet()) {
                boolean isText = field.getKey().equals("text");
                List<List<JsonElement>> rows = isText ? tokens(processor, field.getValue()) : rows(field.getValue());
                String name = isText ? "input_ids" : field.getKey();
                assertCall(processor, one.getAsJsonObject("arguments"), isText, rows, output, name);
            }
        }
    }

    private static List<List<JsonElement>> tokens(EpisodeProcessor processor, JsonElement texts) {
        return rows(array(texts.getAsJsonArray().asList().stream()
                .map(text -> IntStream.of(processor.tokens(text.getAsString()))
                        .boxed()
                        .toList())
                .toList()));
    }

    private static void assertCall(
            EpisodeProcessor processor,
            JsonObject arguments,
            boolean isText,
            List<List<JsonElement>> rows,
            JsonObject output,
            String name) {
        OptionalInt given = arguments.has("max_length")
                ? OptionalInt.of(arguments.get("max_length").getAsInt())
                : OptionalInt.empty();
        int most = isText ? processor.mostTextTokens(given, false) : processor.mostSteps(given);
        if (arguments.has("truncation")) {
            Truncation.Rest rest = arguments.get("truncation").getAsString().equals("preserve")
                    ? Truncation.Rest.PRESERVED
                    : Truncation.Rest.LOST;
            rows = new Truncation(most, side(arguments), rest).cut(rows);
        }
        if (arguments.has("padding")) {
            PaddedSequences<JsonElement> padded =
                    arguments.get("padding").getAsString().equals("max_length")
                            ? PaddedSequences.of(rows, most)
                            : PaddedSequences.toLongest(rows);
            rows = padded.sequences();
            assertEquals(output.get("attention_mask"), array(padded.attentionMask()));
        }
        assertEquals(rows(output.get(name)), rows, () -> name + " of " + arguments);
    }

    /** Where no token is left, the reference fails, or takes the last tokens away from the whole text. */
    @Test
    void aPhotoTakes196TokensOfATextsLength() throws IOException {
        EpisodeProcessor processor = processor("caption");
        JsonObject all = json("processor-cases.json").getAsJsonObject();
        int[] full = ints(all.get("image_and_text_full_ids"));
        String text = processor.tokenizer().orElseThrow().decode(full);
        assertArrayEquals(full, processor.tokens(text));
        List<List<Integer>> rows = List.of(IntStream.of(full).boxed().toList());
        for (Map.Entry<String, JsonElement> one :
                all.getAsJsonObject("image_and_text_max_length").entrySet()) {
            OptionalInt maxLength = OptionalInt.of(Integer.parseInt(one.getKey()));
            if (maxLength.getAsInt() > EpisodeProcessor.PHOTO_TOKENS) {
                int most = processor.mostTextTokens(maxLength, true);
                assertEquals(
                        one.getValue(),
                        array(new Truncation(most, Truncation.Side.RIGHT, Truncation.Rest.LOST).cut(rows)));
            } else {
                assertThrows(IllegalArgumentException.class, () -> processor.mostTextTokens(maxLength, true));
            }
        }
        assertThrows(IllegalArgumentException.class, () -> processor.mostSteps(OptionalInt.of(1)));
        assertEquals(
                processor.tokenizer().orElseThrow().modelMaxLength() / 2, processor.mostSteps(OptionalInt.empty()));
    }

    @Test
    void textsBecomeTheTokensOfTheReferenceAndTextsAgain() throws IOException {
        EpisodeProcessor processor = processor("continuous");
        Tokenizer tokenizer = processor.tokenizer().orElseThrow();
        JsonArray cases = json("tokenizer-cases.json").getAsJsonArray();
        assertFalse(cases.isEmpty());
        for (JsonElement element : cases) {
            JsonObject one = element.getAsJsonObject();
            String text = one.get("text").getAsString();
            int[] ids = processor.tokens(text);
            assertArrayEquals(ints(one.get("ids")), ids, text);
            assertEquals(
                    one.getAsJsonArray("tokens").asList().stream()
                            .map(JsonElement::getAsString)
                            .toList(),
                    tokenizer.tokenize(text));
            assertEquals(one.get("decoded").getAsString(), tokenizer.decode(ids));
            assertEquals(one.get("decoded_without_cleanup").getAsString(), tokenizer.decode(ids, false, false));
            assertEquals(one.get("decoded_skip_special").getAsString(), tokenizer.decode(ids, true));
            assertEquals(one.get("decoded_with_cleanup").getAsString(), tokenizer.decode(ids, false, true));
        }
    }

    @Test
    void missionsComeAfterTheNumbers() throws IOException {
        EpisodeProcessor processor = processor("grid");
        JsonArray episodes = json("grid/expected.json")
                .getAsJsonObject()
                .getAsJsonObject("cases")
                .getAsJsonObject("batch")
                .getAsJsonObject("raw")
                .getAsJsonArray("episodes");
        try (SafetensorsFile recorded = recorded("grid")) {
            String name = "in.batch.discrete_observations"; // [2, 5, 76]
            long[] shape = recorded.shape(name);
            int width = (int) shape[2];
            long[] expected = new long[Math.toIntExact(shape[0] * shape[1] * shape[2])];
            recorded.readLongs(name, 0, expected, 0, expected.length);
            for (int e = 0; e < episodes.size(); e++) {
                JsonObject episode = episodes.get(e).getAsJsonObject();
                JsonArray texts = episode.getAsJsonArray("text_observations");
                for (int step = 0; step < texts.size(); step++) {
                    int[] values =
                            ints(episode.getAsJsonArray("discrete_observations").get(step));
                    int from = (e * (int) shape[1] + step) * width;
                    assertArrayEquals(
                            Arrays.stream(expected, from, from + width)
                                    .mapToInt(Math::toIntExact)
                                    .toArray(),
                            processor.withText(values, texts.get(step).getAsString()));
                }
            }
        }
        assertEquals(70, processor.withText(new int[0], "!".repeat(70)).length, "not cut at 64");
    }

    @Test
    void framesComeOutAsTheReferences() throws IOException {
        try (SafetensorsFile recorded = recorded("atari")) {
            int area = 84 * 84;
            byte[] pixels = recorded.bytes("in.frames").asSlice(0, 4L * area).toArray(ValueLayout.JAVA_BYTE);
            float[] expected = new float[area];
            recorded.read("out.processor.frame0_channel2", 0, expected, 0, area);
            float[] frames = EpisodeProcessor.frames(pixels, 84, 84, 4).data();
            assertArrayEquals(expected, Arrays.copyOfRange(frames, 2 * area, 3 * area));
        }
        assertThrows(IllegalArgumentException.class, () -> EpisodeProcessor.frames(new byte[3], 1, 1, 4));
    }

    @Test
    void photosAndTextsComeOutAsTheReferences() throws IOException {
        EpisodeProcessor processor = processor("caption");
        PhotoTexts read = processor.read(
                List.of("a photo of a cat", "the red door"),
                List.of(
                        ImageFiles.read(FIXTURES.resolve("images").resolve("wide.png")),
                        ImageFiles.read(FIXTURES.resolve("images").resolve("grey-small-tall.png"))));
        try (SafetensorsFile recorded = recorded("caption")) {
            float[] expected = new float[2 * 3 * 24 * 24];
            recorded.read("in.image_text.pixel_values", 0, expected, 0, expected.length);
            float[] found = new float[expected.length];
            for (int photo = 0; photo < 2; photo++) {
                float[] pixels = read.photos().orElseThrow().pixelValues(photo).data();
                System.arraycopy(pixels, 0, found, photo * pixels.length, pixels.length);
            }
            assertArrayEquals(expected, found, 1e-6f);
            long[] shape = recorded.shape("in.image_text.input_ids");
            long[] ids = new long[Math.toIntExact(shape[0] * shape[1])];
            recorded.readLongs("in.image_text.input_ids", 0, ids, 0, ids.length);
            List<List<Integer>> rows = Arrays.stream(read.inputIds())
                    .map(row -> IntStream.of(row).boxed().toList())
                    .toList();
            List<Integer> flat = new ArrayList<>();
            PaddedSequences.toLongest(rows).sequences().forEach(flat::addAll);
            assertEquals(Arrays.stream(ids).mapToObj(Math::toIntExact).toList(), flat);
        }
    }

    @Test
    void whatACheckpointLacksIsRefusedWhenItIsNeeded() {
        EpisodeProcessor none = new EpisodeProcessor(Optional.empty(), Optional.empty());
        String message = assertThrows(IllegalArgumentException.class, () -> none.withText(new int[2], "go"))
                .getMessage();
        assertTrue(message.contains("tokenizer.json"), message);
        EpisodeProcessor words = new EpisodeProcessor(processor("grid").tokenizer(), Optional.empty());
        assertThrows(
                IllegalArgumentException.class,
                () -> words.read(
                        List.of("a"),
                        List.of(ImageFiles.read(FIXTURES.resolve("images").resolve("wide.png")))));
    }
}
