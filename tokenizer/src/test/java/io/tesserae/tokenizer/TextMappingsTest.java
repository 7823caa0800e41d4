package io.tesserae.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The ways between texts, words and tokens, as {@code BatchEncoding} has them; {@code testdata/make_text_mappings.py} asked it. */
class TextMappingsTest {

    @TestFactory
    Stream<DynamicTest> everyCase() throws IOException {
        Tokenizer tokenizer = Tokenizer.builder(Vocabulary.parse(
                        Files.readString(Path.of("..", "testdata", "spec-cases", "tiny-vocab", "vocab.txt"))))
                .build();
        try (Reader reader = new InputStreamReader(
                TextMappingsTest.class.getResourceAsStream("text-mappings.json"), StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(reader).getAsJsonArray().asList().stream()
                    .map(JsonElement::getAsJsonObject)
                    .map(testCase -> DynamicTest.dynamicTest(
                            testCase.get("text").toString(), () -> check(testCase, encode(tokenizer, testCase))));
        }
    }

    private static Encoding encode(Tokenizer tokenizer, JsonObject testCase) {
        JsonObject settings = testCase.getAsJsonObject("options");
        EncodingOptions options = EncodingOptions.DEFAULT.withAddSpecialTokens(!settings.has("add_special_tokens"));
        if (settings.has("truncation")) {
            options = options.withTruncation(TruncationStrategy.ONLY_FIRST)
                    .withMaxLength(settings.get("max_length").getAsInt());
        }
        if (settings.has("is_split_into_words")) {
            return tokenizer.encodeWords(strings(testCase.get("text")), strings(testCase.get("pair")), options);
        }
        JsonElement pair = testCase.get("pair");
        return tokenizer.encode(
                testCase.get("text").getAsString(), pair.isJsonNull() ? null : pair.getAsString(), options);
    }

    private static List<String> strings(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    private static void check(JsonObject testCase, Encoding encoding) {
        JsonArray sequences = testCase.getAsJsonArray("sequences");
        for (int i = 0; i < sequences.size(); i++) {
            JsonObject expected = sequences.get(i).getAsJsonObject();
            int sequence = i;
            check(expected, "char_to_token", place -> number(encoding.codePointToToken(sequence, place)));
            check(expected, "char_to_word", place -> number(encoding.codePointToWord(sequence, place)));
            check(expected, "word_to_tokens", place -> span(encoding.wordToTokens(sequence, place)));
            check(expected, "word_to_chars", place -> span(encoding.wordToCodePoints(sequence, place)));
            JsonElement text = testCase.get(i == 0 ? "text" : "pair");
            if (text.isJsonPrimitive()) {
                checkChars(encoding, sequence, text.getAsString());
            }
        }
    }

    private static void check(JsonObject expected, String field, IntFunction<String> answer) {
        List<String> found = new ArrayList<>();
        List<String> wanted = expected.getAsJsonArray(field).asList().stream()
                .map(value -> value.toString().replace(",", ", "))
                .toList();
        for (int place = 0; place < wanted.size(); place++) {
            found.add(answer.apply(place));
        }
        assertEquals(wanted, found, field);
    }

    /** What is true of a code point is true of its chars. */
    private static void checkChars(Encoding encoding, int sequence, String text) {
        for (int index = 0; index < text.length(); index++) {
            int codePoint = text.codePointCount(0, Character.isLowSurrogate(text.charAt(index)) ? index - 1 : index);
            assertEquals(encoding.codePointToToken(sequence, codePoint), encoding.charToToken(sequence, index));
            assertEquals(encoding.codePointToWord(sequence, codePoint), encoding.charToWord(sequence, index));
        }
        for (int word = 0; encoding.wordToChars(sequence, word).isPresent(); word++) {
            Span chars = encoding.wordToChars(sequence, word).get();
            Span codePoints = encoding.wordToCodePoints(sequence, word).orElseThrow();
            assertEquals(codePoints.start(), text.codePointCount(0, chars.start()));
            assertEquals(codePoints.end(), text.codePointCount(0, chars.end()));
        }
    }

    private static String number(OptionalInt value) {
        return value.isPresent() ? String.valueOf(value.getAsInt()) : "null";
    }

    private static String span(Optional<Span> value) {
        return value.map(span -> "[" + span.start() + ", " + span.end() + "]").orElse("null");
    }
}
