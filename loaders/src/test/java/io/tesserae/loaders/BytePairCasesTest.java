package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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

/** What the reference makes of texts with GPT-2's published vocabulary, where that is at hand, and with a tiny one. */
class BytePairCasesTest {

    private static final Path GPT2 = Path.of("..", "..", "shared", "multimodal", "tokenizers", "gpt2");

    private static final Path TINY = Path.of("..", "testdata", "byte-pair");

    private static final String PLAIN = """
            {"added_tokens":[{"id":511,"content":"<|endoftext|>","special":true,"normalized":false}],"post_processor":null,
            "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true},"decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true},
            "model":{"type":"BPE","unk_token":null}}
            """;

    @TempDir
    Path folder;

    private static JsonObject object(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    @Test
    void everyCase() throws IOException {
        assumeTrue(Files.isDirectory(GPT2));
        Tokenizer plain = AutoTokenizer.fromPretrained(GPT2);
        JsonObject json = object(GPT2.resolve("tokenizer.json"));
        json.getAsJsonObject("pre_tokenizer").addProperty("add_prefix_space", true);
        json.getAsJsonObject("post_processor").addProperty("trim_offsets", true);
        Files.writeString(folder.resolve("tokenizer.json"), json.toString());
        Tokenizer prefixing = AutoTokenizer.fromPretrained(folder);
        JsonArray cases = object(GPT2.resolve("cases.json")).getAsJsonArray("cases");
        assertEquals(688, cases.size());
        for (JsonElement element : cases) {
            JsonObject expected = element.getAsJsonObject();
            String text = expected.get("text").getAsString();
            Encoding encoding = plain.encode(text);
            assertEquals(expected.get("ids"), ids(encoding.inputIds()), text);
            assertEquals(expected.get("tokens"), strings(encoding.tokens()), text);
            assertEquals(expected.get("offsets"), spans(encoding.offsets()), text);
            assertEquals(expected.get("offsets_utf16"), spans(encoding.utf16Offsets()), text);
            checkDecoded(plain, expected);
            Encoding prefixed = prefixing.encode(text);
            assertEquals(expected.get("ids_prefix_space"), ids(prefixed.inputIds()), text);
            assertEquals(expected.get("offsets_trimmed"), spans(prefixed.offsets()), text);
            assertEquals(expected.get("offsets_trimmed_utf16"), spans(prefixed.utf16Offsets()), text);
        }
    }

    @Test
    void everyDecoding() throws IOException {
        assumeTrue(Files.isDirectory(GPT2));
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(GPT2);
        JsonArray cases = object(GPT2.resolve("cases.json")).getAsJsonArray("decode_cases");
        assertEquals(120, cases.size());
        cases.forEach(element -> checkDecoded(tokenizer, element.getAsJsonObject()));
    }

    // --- A tiny vocabulary, which is always at hand ---

    /** Settings of {@code tokenizer.json}, each with texts; {@code testdata/make_byte_pair_cases.py} asked the reference. */
    @Test
    void everySettingWithATinyVocabulary() throws IOException {
        for (JsonElement element : tiny().getAsJsonArray("settings")) {
            JsonObject setting = element.getAsJsonObject().getAsJsonObject("setting");
            Files.writeString(
                    folder.resolve("tokenizer.json"), tokenizerJson(setting).toString());
            Tokenizer tokenizer = AutoTokenizer.fromPretrained(folder);
            for (JsonElement answer : element.getAsJsonObject().getAsJsonArray("answers")) {
                JsonObject expected = answer.getAsJsonObject();
                String text = expected.get("text").getAsString();
                Encoding encoding = tokenizer.encode(text);
                String message = setting + " " + text;
                assertEquals(expected.get("ids"), ids(encoding.inputIds()), message);
                assertEquals(expected.get("words"), ids(encoding.wordIds()), message);
                JsonArray offsets = new JsonArray();
                encoding.offsets().forEach(span -> offsets.addAll(ids(new int[] {span.start(), span.end()})));
                assertEquals(expected.get("offsets"), offsets, message);
            }
        }
    }

    @Test
    void everyDecodingWithATinyVocabulary() throws IOException {
        Files.copy(TINY.resolve("vocab.json"), folder.resolve("vocab.json"));
        Files.copy(TINY.resolve("merges.txt"), folder.resolve("merges.txt"));
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\":\"GPT2Tokenizer\"}");
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(folder);
        for (JsonElement element : tiny().getAsJsonArray("decoded")) {
            JsonObject expected = element.getAsJsonObject();
            expected.add("decoded", expected.get("text"));
            expected.add("decoded_skip_special", expected.get("skipped"));
            checkDecoded(tokenizer, expected);
        }
    }

    private static JsonObject tiny() throws IOException {
        try (InputStream in =
                new GZIPInputStream(BytePairCasesTest.class.getResourceAsStream("byte-pair-cases.json.gz"))) {
            return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonObject();
        }
    }

    private static JsonObject tokenizerJson(JsonObject setting) throws IOException {
        JsonObject json = JsonParser.parseString(PLAIN).getAsJsonObject();
        JsonObject model = json.getAsJsonObject("model");
        setting.entrySet()
                .forEach(entry -> (json.has(entry.getKey()) ? json : model).add(entry.getKey(), entry.getValue()));
        JsonArray merges = new JsonArray();
        Files.readAllLines(TINY.resolve("merges.txt")).stream().skip(1).forEach(merges::add);
        model.add("vocab", object(TINY.resolve("vocab.json")));
        model.add("merges", merges);
        return json;
    }

    private static void checkDecoded(Tokenizer tokenizer, JsonObject expected) {
        int[] ids = expected.getAsJsonArray("ids").asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
        for (boolean skip : new boolean[] {false, true}) {
            String decoded =
                    expected.get(skip ? "decoded_skip_special" : "decoded").getAsString();
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
