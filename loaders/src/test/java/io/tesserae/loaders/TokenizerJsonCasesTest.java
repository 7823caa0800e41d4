package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Normalizers and pre-tokenizers as {@code tokenizer.json} may put them together, each with texts, and what the reference made of them;
 * {@code testdata/make_tokenizer_json_cases.py} asked it. The system property {@code tesserae.tokenizer.json.cases} names a file with
 * more of them.
 */
class TokenizerJsonCasesTest {

    private static final Path TINY = Path.of("..", "testdata", "spec-cases", "tiny-vocab", "tokenizer.json");

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> everyCase() throws IOException {
        String file = System.getProperty("tesserae.tokenizer.json.cases");
        try (Reader reader = file != null
                ? Files.newBufferedReader(Path.of(file))
                : new InputStreamReader(
                        TokenizerJsonCasesTest.class.getResourceAsStream("tokenizer-json-cases.json"),
                        StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(reader).getAsJsonArray().asList().stream()
                    .map(JsonElement::getAsJsonObject)
                    .map(testCase -> DynamicTest.dynamicTest(
                            testCase.get("normalizer") + " " + testCase.get("pre_tokenizer"), () -> check(testCase)));
        }
    }

    private void check(JsonObject testCase) throws IOException {
        JsonObject json = JsonParser.parseString(Files.readString(TINY)).getAsJsonObject();
        for (String stage : new String[] {"normalizer", "pre_tokenizer"}) {
            json.add(stage, testCase.has(stage) ? testCase.get(stage) : JsonNull.INSTANCE);
        }
        Files.writeString(folder.resolve("tokenizer.json"), json.toString());
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(folder);
        for (JsonElement element : testCase.getAsJsonArray("answers")) {
            JsonObject answer = element.getAsJsonObject();
            Encoding encoding = tokenizer.encode(answer.get("text").getAsString());
            String text = answer.get("text").toString();
            assertEquals(answer.get("ids").toString(), spaceless(Arrays.toString(encoding.inputIds())), text);
            assertEquals(answer.get("word_ids").toString(), spaceless(Arrays.toString(encoding.wordIds())), text);
            JsonArray offsets = new JsonArray();
            encoding.offsets().forEach(span -> {
                JsonArray pair = new JsonArray();
                pair.add(span.start());
                pair.add(span.end());
                offsets.add(pair);
            });
            assertEquals(answer.get("offsets"), offsets, text);
        }
    }

    private static String spaceless(String list) {
        return list.replace(" ", "");
    }
}
