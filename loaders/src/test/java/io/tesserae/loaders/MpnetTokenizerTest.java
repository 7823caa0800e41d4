package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** {@code MPNetTokenizer} as the reference has it; {@code testdata/make_mpnet_tokenizer_cases.py} asked it. */
class MpnetTokenizerTest {

    @TestFactory
    Stream<DynamicTest> everyCase(@TempDir Path folders) throws IOException {
        try (Reader reader = new InputStreamReader(
                MpnetTokenizerTest.class.getResourceAsStream("mpnet-tokenizer-cases.json"), StandardCharsets.UTF_8)) {
            JsonObject all = JsonParser.parseReader(reader).getAsJsonObject();
            List<String> vocabulary = all.getAsJsonArray("vocabulary").asList().stream()
                    .map(JsonElement::getAsString)
                    .toList();
            List<JsonElement> cases = all.getAsJsonArray("cases").asList();
            return IntStream.range(0, cases.size()).mapToObj(number -> {
                JsonObject testCase = cases.get(number).getAsJsonObject();
                return DynamicTest.dynamicTest(
                        testCase.get("name").getAsString(),
                        () -> check(testCase, vocabulary, Files.createDirectory(folders.resolve("case" + number))));
            });
        }
    }

    private static void check(JsonObject testCase, List<String> vocabulary, Path folder) throws IOException {
        Files.writeString(folder.resolve("vocab.txt"), String.join("\n", vocabulary) + "\n");
        for (Map.Entry<String, JsonElement> file :
                testCase.getAsJsonObject("files").entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue().toString());
        }
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(folder);
        assertFalse(tokenizer.returnsTokenTypeIds());
        JsonObject roles = testCase.getAsJsonObject("roles");
        assertEquals(roles.get("bos").getAsInt(), tokenizer.bosTokenId());
        assertEquals(roles.get("eos").getAsInt(), tokenizer.eosTokenId());
        assertEquals(roles.get("unk").getAsInt(), tokenizer.unkTokenId());
        assertEquals(roles.get("sep").getAsInt(), tokenizer.sepTokenId());
        assertEquals(roles.get("pad").getAsInt(), tokenizer.padTokenId());
        assertEquals(roles.get("cls").getAsInt(), tokenizer.clsTokenId());
        assertEquals(roles.get("mask").getAsInt(), tokenizer.maskTokenId());
        for (JsonElement answer : testCase.getAsJsonArray("answers")) {
            check(answer.getAsJsonObject(), tokenizer);
        }
    }

    private static void check(JsonObject answer, Tokenizer tokenizer) {
        String text = answer.get("text").getAsString();
        String pair =
                answer.get("pair").isJsonNull() ? null : answer.get("pair").getAsString();
        EncodingOptions options = answer.get("max_length").isJsonNull()
                ? EncodingOptions.DEFAULT
                : EncodingOptions.DEFAULT.withMaxLength(answer.get("max_length").getAsInt());
        Encoding encoding = tokenizer.encode(text, pair, options);
        assertEquals(answer.get("ids"), array(encoding.inputIds()), text);
        JsonArray tokens = new JsonArray();
        encoding.tokens().forEach(tokens::add);
        assertEquals(answer.get("tokens"), tokens, text);
        JsonArray offsets = new JsonArray();
        encoding.offsets().forEach(span -> offsets.add(array(new int[] {span.start(), span.end()})));
        assertEquals(answer.get("offsets"), offsets, text);
        assertEquals(answer.get("special"), array(encoding.specialTokensMask()), text);
        assertEquals(spelt(answer.get("words")), array(encoding.wordIds()).toString(), text);
        assertEquals(
                spelt(answer.get("sequences")), array(encoding.sequenceIds()).toString(), text);
        assertEquals(answer.get("decoded").getAsString(), tokenizer.decode(encoding.inputIds()));
        assertEquals(answer.get("skipped").getAsString(), tokenizer.decode(encoding.inputIds(), true));
    }

    private static String spelt(JsonElement numbers) {
        return numbers.toString().replace("null", "-1");
    }

    private static JsonArray array(int[] numbers) {
        JsonArray array = new JsonArray();
        for (int number : numbers) {
            array.add(number);
        }
        return array;
    }
}
