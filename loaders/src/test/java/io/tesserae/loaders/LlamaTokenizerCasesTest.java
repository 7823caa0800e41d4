package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.StreamingDecoder;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the reference makes of texts with a published vocabulary of LLaMA's type, where that is at hand, and with tiny ones. */
class LlamaTokenizerCasesTest {

    private static final Path PUBLISHED = Path.of("..", "..", "shared", "multimodal", "tokenizers", "llama-type");

    private static final Path BYTE_PAIR = Path.of("..", "testdata", "byte-pair");

    @TempDir
    Path folder;

    private static JsonObject object(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    // --- The published vocabulary ---

    @Test
    void everyCaseByTheLetter() throws IOException {
        assumeTrue(Files.isDirectory(PUBLISHED));
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(PUBLISHED);
        JsonArray cases = object(PUBLISHED.resolve("cases.json")).getAsJsonArray("cases");
        assertEquals(688, cases.size());
        for (JsonElement element : cases) {
            JsonObject expected = element.getAsJsonObject();
            String text = expected.get("text").getAsString();
            Encoding encoding = tokenizer.encode(text);
            assertEquals(expected.get("ids"), ids(encoding.inputIds()), text);
            assertEquals(expected.get("tokens"), strings(encoding.tokens()), text);
            assertEquals(expected.get("offsets"), spans(encoding.offsets()), text);
            assertEquals(expected.get("offsets_utf16"), spans(encoding.utf16Offsets()), text);
            checkDecoded(tokenizer, expected, "decoded", "decoded_skip_special");
        }
    }

    @Test
    void everyCaseAsTheClass() throws IOException {
        assumeTrue(Files.isDirectory(PUBLISHED));
        Tokenizer tokenizer =
                AutoTokenizer.fromPretrained(ModelFiles.directory(PUBLISHED), AutoTokenizer.Reading.CLASS);
        int different = 0;
        for (JsonElement element : object(PUBLISHED.resolve("cases.json")).getAsJsonArray("cases")) {
            JsonObject expected = element.getAsJsonObject();
            String text = expected.get("text").getAsString();
            Encoding encoding = tokenizer.encode(text);
            String suffix = expected.has("ids_metaspace_first") ? "_metaspace_first" : "";
            assertEquals(expected.get("ids" + suffix), ids(encoding.inputIds()), text);
            assertEquals(expected.get("offsets" + suffix), spans(encoding.offsets()), text);
            assertEquals(expected.get("decoded" + suffix).getAsString(), tokenizer.decode(encoding.inputIds()), text);
            different += expected.get("ids").equals(expected.get("ids" + suffix)) ? 0 : 1;
        }
        assertTrue(different > 0, "the two readings are one");
    }

    @Test
    void everyDecoding() throws IOException {
        assumeTrue(Files.isDirectory(PUBLISHED));
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(PUBLISHED);
        JsonArray cases = object(PUBLISHED.resolve("cases.json")).getAsJsonArray("decode_cases");
        assertEquals(120, cases.size());
        for (JsonElement element : cases) {
            checkDecoded(tokenizer, element.getAsJsonObject(), "decoded", "decoded_skip_special");
        }
    }

    // --- Tiny vocabularies, which are always at hand; testdata/make_llama_tokenizer_cases.py asked the reference ---

    @Test
    void everySetting() throws IOException {
        JsonObject tiny = tiny();
        for (JsonElement element : tiny.getAsJsonArray("settings")) {
            JsonObject setting = element.getAsJsonObject();
            write(tiny, setting);
            check(setting, AutoTokenizer.fromPretrained(folder));
        }
    }

    @Test
    void everySettingOfTheClass() throws IOException {
        JsonObject tiny = tiny();
        for (JsonElement element : tiny.getAsJsonArray("classes")) {
            JsonObject setting = element.getAsJsonObject();
            write(tiny, setting);
            JsonObject config = setting.getAsJsonObject("config").deepCopy();
            config.addProperty("tokenizer_class", "LlamaTokenizerFast");
            Files.writeString(folder.resolve("tokenizer_config.json"), config.toString());
            check(setting, AutoTokenizer.fromPretrained(ModelFiles.directory(folder), AutoTokenizer.Reading.CLASS));
        }
    }

    private static JsonObject tiny() throws IOException {
        try (InputStream in = new GZIPInputStream(
                LlamaTokenizerCasesTest.class.getResourceAsStream("llama-tokenizer-cases.json.gz"))) {
            return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonObject();
        }
    }

    private void write(JsonObject tiny, JsonObject setting) throws IOException {
        JsonObject json = setting.getAsJsonObject("json").deepCopy();
        JsonObject vocabulary = tiny.getAsJsonObject("vocab").deepCopy();
        JsonArray merges = tiny.getAsJsonArray("merges");
        switch (setting.get("vocabulary").getAsString()) {
            case "byte-pair" -> {
                vocabulary = object(BYTE_PAIR.resolve("vocab.json"));
                merges = new JsonArray();
                Files.readAllLines(BYTE_PAIR.resolve("merges.txt")).stream()
                        .skip(1)
                        .forEach(merges::add);
            }
            case "llama without bytes" -> vocabulary.keySet().removeIf(token -> token.startsWith("<0x"));
            default -> {}
        }
        json.getAsJsonObject("model").add("vocab", vocabulary);
        json.getAsJsonObject("model").add("merges", merges);
        Files.writeString(folder.resolve("tokenizer.json"), json.toString());
    }

    private static void check(JsonObject setting, Tokenizer tokenizer) {
        for (JsonElement answer : setting.getAsJsonArray("answers")) {
            JsonObject expected = answer.getAsJsonObject();
            String text = expected.get("text").getAsString();
            Encoding encoding = tokenizer.encode(text);
            String message = setting.get("json") + " " + text;
            assertEquals(expected.get("ids"), ids(encoding.inputIds()), message);
            assertEquals(expected.get("words"), ids(encoding.wordIds()), message);
            JsonArray offsets = new JsonArray();
            encoding.offsets().forEach(span -> offsets.addAll(ids(new int[] {span.start(), span.end()})));
            assertEquals(expected.get("offsets"), offsets, message);
        }
        for (JsonElement decoded : setting.getAsJsonArray("decoded")) {
            checkDecoded(tokenizer, decoded.getAsJsonObject(), "text", "skipped");
        }
    }

    private static void checkDecoded(Tokenizer tokenizer, JsonObject expected, String whole, String skipping) {
        int[] ids = expected.getAsJsonArray("ids").asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
        for (boolean skip : new boolean[] {false, true}) {
            String decoded = expected.get(skip ? skipping : whole).getAsString();
            assertEquals(decoded, tokenizer.decode(ids, skip));
            StreamingDecoder decoder = tokenizer.streamingDecoder(skip);
            StringBuilder streamed = new StringBuilder();
            for (int id : ids) {
                streamed.append(decoder.next(id));
            }
            assertEquals(decoded, streamed.append(decoder.finish()).toString());
        }
    }

    private static JsonArray ids(int[] ids) {
        JsonArray array = new JsonArray();
        for (int id : ids) {
            array.add(id);
        }
        return array;
    }

    private static JsonArray strings(List<String> strings) {
        JsonArray array = new JsonArray();
        strings.forEach(array::add);
        return array;
    }

    private static JsonArray spans(List<Span> spans) {
        JsonArray array = new JsonArray();
        for (Span span : spans) {
            array.add(ids(new int[] {span.start(), span.end()}));
        }
        return array;
    }
}
