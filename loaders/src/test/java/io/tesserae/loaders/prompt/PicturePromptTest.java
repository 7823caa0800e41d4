package io.tesserae.loaders.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.processor.TileGrid;
import io.tesserae.packed.Packed;
import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.SpecialTokens;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.Vocabulary;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prompts of words and pictures, against the text that the reference's processors hand to the tokenizer. */
class PicturePromptTest {

    private static final List<String> KNOWN = List.of(
            "<s>", "</s>", "<S>", "<E>", "<fake_token_around_image>", "<image>", "<i>", "<j>", "<k>", "<m>", "<f>");

    private static Tokenizer tokenizer(String begin, String end, List<String> known) {
        List<String> words = Stream.concat(Stream.of("[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"), KNOWN.stream())
                .toList();
        return Tokenizer.builder(Vocabulary.of(words))
                .specialTokens(SpecialTokens.BERT.withBosAndEos(begin, end))
                .addedTokens(known.stream().map(AddedToken::special).toList())
                .build();
    }

    private static ModelFiles files(Map<String, String> files) {
        return ModelFiles.resources(
                "test",
                name -> files.containsKey(name)
                        ? new ByteArrayInputStream(files.get(name).getBytes(StandardCharsets.UTF_8))
                        : null);
    }

    private static TiledPicturePrompt tiled(Map<String, String> files) {
        return PicturePromptFiles.tiled(files(files), tokenizer("<s>", "</s>", KNOWN));
    }

    @Test
    void everyCaseGivesTheReferencesText() throws Exception {
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        Path file = Path.of("..", "testdata", "picture-prompt-cases.json");
        for (JsonElement element : JsonParser.parseString(Packed.text(file)).getAsJsonArray()) {
            JsonObject object = element.getAsJsonObject();
            String expected = object.get("result") instanceof JsonNull
                    ? "refused"
                    : object.get("result").getAsString();
            String found;
            try {
                found = object.has("parts") ? idefics(object) : tiled(object);
            } catch (ModelLoadingException | IllegalArgumentException e) {
                found = "refused";
            }
            if (!found.equals(expected)) {
                wrong.add(object + ": found " + found);
            }
            compared++;
        }
        assertTrue(compared > 240, "hardly any cases");
        assertEquals(List.of(), wrong);
    }

    private static String idefics(JsonObject object) {
        JsonObject config = object.getAsJsonObject("files").getAsJsonObject("tokenizer_config.json");
        String begin = config.has("bos_token") ? config.get("bos_token").getAsString() : "<s>";
        String end = config.has("eos_token") ? config.get("eos_token").getAsString() : "</s>";
        List<PromptPart> parts = new ArrayList<>();
        for (JsonElement part : object.getAsJsonArray("parts")) {
            parts.add(part instanceof JsonNull ? new PromptPart.Picture() : new PromptPart.Text(part.getAsString()));
        }
        IdeficsPrompt prompt = IdeficsPrompt.of(tokenizer(begin, end, KNOWN))
                .withEndOfSequence(object.get("endOfSequence").getAsBoolean());
        if (!object.get("endOfUtterance").isJsonNull()) {
            prompt = prompt.withEndOfUtterance(object.get("endOfUtterance").getAsBoolean());
        }
        return prompt.text(parts, PromptPart.pictures(parts));
    }

    private static String tiled(JsonObject object) {
        Map<String, String> files = new TreeMap<>();
        object.getAsJsonObject("files").asMap().forEach((name, content) -> files.put(name, content.toString()));
        List<TileGrid> grids = new ArrayList<>();
        for (JsonElement grid : object.getAsJsonArray("grids")) {
            JsonArray sides = grid.getAsJsonArray();
            grids.add(new TileGrid(sides.get(0).getAsInt(), sides.get(1).getAsInt()));
        }
        TiledPicturePrompt prompt = tiled(files);
        String text = object.get("text").getAsString();
        String result = prompt.text(text, grids);
        if (prompt.image().equals(PromptPart.PICTURE_MARK)) {
            assertEquals(result, prompt.text(PromptPart.parse(text), grids));
        }
        return result;
    }

    @Test
    void aTextWithMarksIsCutIntoParts() {
        PromptPart picture = new PromptPart.Picture();
        assertEquals(
                List.of(new PromptPart.Text("a "), picture, picture, new PromptPart.Text(" b")),
                PromptPart.parse("a <image><image> b"));
        assertEquals(List.of(picture), PromptPart.parse("<image>"));
        assertEquals(List.of(), PromptPart.parse(""));
        assertEquals(List.of(new PromptPart.Text("<imag>")), PromptPart.parse("<imag>"));
    }

    @Test
    void asManyPicturesAsMarks() {
        TiledPicturePrompt tiled = new TiledPicturePrompt(2);
        assertEquals(
                "the prompt has a place for 2 pictures and comes with 1 picture: give one picture for each <image>",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> tiled.text("<image> and <image>", List.of(TileGrid.WHOLE)))
                        .getMessage());
        IdeficsPrompt idefics = new IdeficsPrompt("<s>", "", false, false);
        assertEquals(
                "the prompt has a place for 1 picture and comes with 0 pictures: give one picture for each <image>",
                assertThrows(IllegalArgumentException.class, () -> idefics.text(List.of(new PromptPart.Picture()), 0))
                        .getMessage());
    }

    /** To the reference these are pictures, which it loads from the network, or marks without a picture. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://localhost/cat.jpg | the address of a picture",
                "  https://a.b  | the address of a picture",
                "x-1+y.z://h | the address of a picture",
                "a <image> b | a text with <image> in it",
            })
    void aTextThatIsSomethingElseToTheReferenceIsRefused(String text, String message) {
        IdeficsPrompt prompt = new IdeficsPrompt("<s>", "</s>", false, false);
        List<PromptPart> parts = List.of(new PromptPart.Text("User:"), new PromptPart.Text(text));
        String found = assertThrows(IllegalArgumentException.class, () -> prompt.text(parts, 0))
                .getMessage();
        assertTrue(found.startsWith("part 1 of the prompt is " + message), found);
    }

    @Test
    void aTextOfGigabytesIsNotMade() {
        TiledPicturePrompt prompt = new TiledPicturePrompt(64);
        List<TileGrid> grids = Collections.nCopies(1, new TileGrid(2048, 2048));
        String message = assertThrows(IllegalArgumentException.class, () -> prompt.text("<image>", grids))
                .getMessage();
        assertTrue(message.matches("the prompt would have \\d{10} characters, at most 67108864 .*"), message);
        assertThrows(
                IllegalArgumentException.class,
                () -> prompt.text("<image>", List.of(new TileGrid(Integer.MAX_VALUE, Integer.MAX_VALUE))));
    }

    /** A megabyte in which each character could begin an address, or a mark: time grows with the length, not with its square. */
    @Test
    void longTextsTakeNoTime() {
        IdeficsPrompt prompt = new IdeficsPrompt("<s>", "</s>", false, false);
        for (String part : List.of("a", "a:", "\n", "<image", "a://")) {
            String text = " " + part.repeat(200_000) + " ";
            if (!part.equals("a://")) {
                assertTrue(prompt.text(List.of(new PromptPart.Text(text)), 0).length() >= 200_000);
            }
            assertEquals(1, PromptPart.parse(text).size());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'image_seq_len': 0} | {} | processor_config.json: image_seq_len: expected a whole number from 1 to 65536, found 0",
                "{'image_seq_len': 70000} | {} | processor_config.json: image_seq_len: expected a whole number from 1 to 65536",
                "{'image_seq_len': -1} | {} | processor_config.json: image_seq_len: expected a whole number",
                "{'image_seq_len': true} | {} | processor_config.json: image_seq_len: expected a whole number",
                "{'image_seq_len': null} | {} | processor_config.json: image_seq_len: expected a whole number from 1",
                "{'processor_class': 'BlipProcessor'} | {} | processor_config.json: processor_class: expected Idefics3Processor or SmolVLMProcessor",
                "{} | {'processor_class': 'BlipProcessor'} | tokenizer_config.json: processor_class: expected Idefics3Processor or",
                "{'processor_class': 'SmolVLMProcessor'} | {'image_token': ''} | tokenizer_config.json: image_token: expected a token that is not empty",
                "{'processor_class': 'SmolVLMProcessor'} | {'extra_special_tokens': {'image_token': 3}} | tokenizer_config.json: extra_special_tokens.image_token: expected a string, found 3",
            })
    void whatIsWrongIsNamed(String processor, String tokenizer, String message) {
        Map<String, String> files = Map.of(
                "processor_config.json", processor.replace('\'', '"'),
                "tokenizer_config.json", tokenizer.replace('\'', '"'));
        ModelLoadingException e = assertThrows(ModelLoadingException.class, () -> tiled(files));
        assertTrue(e.getMessage().startsWith("test: " + message), e.getMessage());
    }

    @Test
    void theModelsTypeSaysWhoHeedsNamesWhereNoClassIsNamed() {
        String names = "{\"image_token\": \"<i>\"}";
        assertEquals("<image>", tiled(Map.of("tokenizer_config.json", names)).image());
        assertEquals(
                "<i>",
                tiled(Map.of("tokenizer_config.json", names, "config.json", "{\"model_type\": \"smolvlm\"}"))
                        .image());
        assertEquals(
                "<image>",
                tiled(Map.of("tokenizer_config.json", names, "config.json", "{\"model_type\": \"idefics3\"}"))
                        .image());
        assertEquals(169, tiled(Map.of()).imageSequenceLength());
    }

    @Test
    void aTokenizerWithoutTheTokensIsRefused() {
        List<String> less = List.of("<s>", "</s>", "<image>");
        String expected = "tokenizer.json: added_tokens: expected one that is <fake_token_around_image>,";
        String message = assertThrows(
                        ModelLoadingException.class,
                        () -> PicturePromptFiles.tiled(files(Map.of()), tokenizer("<s>", "</s>", less)))
                .getMessage();
        assertTrue(message.startsWith(expected), message);
        assertTrue(assertThrows(ModelLoadingException.class, () -> IdeficsPrompt.of(tokenizer("<s>", "</s>", less)))
                .getMessage()
                .startsWith(expected));
        assertTrue(assertThrows(ModelLoadingException.class, () -> IdeficsPrompt.of(tokenizer(null, null, KNOWN)))
                .getMessage()
                .startsWith("tokenizer_config.json: bos_token: expected the token"));
        assertThrows(
                IllegalArgumentException.class,
                () -> IdeficsPrompt.of(tokenizer("<s>", null, KNOWN)).withEndOfSequence(true));
    }
}
