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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the reference makes of texts with GPT-2's published vocabulary, where that is at hand. */
class BytePairCasesTest {

    private static final Path GPT2 = Path.of("..", "..", "shared", "multimodal", "tokenizers", "gpt2");

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
