package io.tesserae.tokenizer;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every case of {@code testdata/spec-cases/tokenizer-cases.json.gz}: what the reference answered, field by field. */
class TokenizerCasesTest {

    private static final Path CASES = Path.of("..", "testdata", "spec-cases");
    private static final int CASE_COUNT = 109;

    /**
     * Fewer tokens than the special ones need: the reference's subtraction wraps around and nothing is truncated.
     * Here it is an error.
     */
    private static final String WRAPS_AROUND = "truncate to 1";

    @Test
    void noCaseIsMissing() throws IOException {
        assertEquals(CASE_COUNT, cases().size());
    }

    @TestFactory
    Stream<DynamicTest> everyCase() throws IOException {
        return cases().asList().stream()
                .map(JsonElement::getAsJsonObject)
                .map(testCase -> DynamicTest.dynamicTest(testCase.get("name").getAsString(), () -> check(testCase)));
    }

    private static void check(JsonObject testCase) throws IOException {
        Tokenizer tokenizer = tokenizer(testCase);
        if (testCase.get("name").getAsString().equals(WRAPS_AROUND) || testCase.has("error")) {
            assertThrows(IllegalArgumentException.class, () -> encode(tokenizer, testCase));
            return;
        }
        JsonArray expected = expected(testCase);
        Encoding encoding = encode(tokenizer, testCase);
        List<Encoding> all = new ArrayList<>(List.of(encoding));
        all.addAll(encoding.overflow());
        assertEquals(expected.size(), all.size(), "windows");
        for (int i = 0; i < all.size(); i++) {
            checkEncoding(expected.get(i).getAsJsonObject(), all.get(i), testCase);
        }
        checkDecoded(testCase, tokenizer, encoding);
    }

    /** What tokenizers 0.22.2 answered, where later versions answer something else by mistake. */
    private static JsonArray expected(JsonObject testCase) {
        if (!testCase.has("expected_tokenizers_0_22_2")) {
            return testCase.getAsJsonArray("expected");
        }
        JsonArray expected = new JsonArray();
        expected.add(testCase.get("expected_tokenizers_0_22_2"));
        return expected;
    }

    private static void checkEncoding(JsonObject expected, Encoding actual, JsonObject testCase) {
        assertAll(
                () -> assertEquals(expected.get("tokens").toString(), json(actual.tokens()), "tokens"),
                () -> assertEquals(expected.get("ids").toString(), json(actual.inputIds()), "ids"),
                () -> assertEquals(expected.get("offsets").toString(), spans(actual.offsets()), "offsets"),
                () -> {
                    if (expected.has("offsets_utf16")) {
                        assertEquals(expected.get("offsets_utf16").toString(), spans(actual.utf16Offsets()), "utf16");
                    }
                },
                () -> assertEquals(expected.get("type_ids").toString(), json(actual.tokenTypeIds()), "types"),
                () -> assertEquals(
                        expected.get("attention_mask").toString(), json(actual.attentionMask()), "attention"),
                () -> assertEquals(
                        expected.get("special_tokens_mask").toString(), json(actual.specialTokensMask()), "special"),
                () -> assertEquals(nulls(expected, "word_ids"), json(actual.wordIds()), "words"),
                () -> assertEquals(nulls(expected, "sequence_ids"), json(actual.sequenceIds()), "sequences"));
    }

    private static void checkDecoded(JsonObject testCase, Tokenizer tokenizer, Encoding encoding) {
        if (testCase.has("expected_tokenizers_0_22_2") || !testCase.has("decoded")) {
            return; // what is decoded, if anything, are the other version's ids
        }
        int[] ids = encoding.inputIds();
        assertEquals(testCase.get("decoded").getAsString(), tokenizer.decode(ids, false));
        assertEquals(testCase.get("decoded_skip_special").getAsString(), tokenizer.decode(ids, true));
        assertEquals(testCase.get("decoded_skip_special_cleanup").getAsString(), tokenizer.decode(ids, true, true));
    }

    // --- A case's setting ---

    private static Tokenizer tokenizer(JsonObject testCase) throws IOException {
        String name = testCase.get("vocab").getAsString();
        JsonObject settings = testCase.getAsJsonObject("tokenizer_init");
        TokenizerBuilder builder = Tokenizer.builder(
                        Vocabulary.parse(Files.readString(CASES.resolve(name).resolve("vocab.txt"))))
                .normalization(normalization(!name.endsWith("-cased"), settings))
                .modelMaxLength(64);
        settings.entrySet().forEach(setting -> {
            JsonElement value = setting.getValue();
            switch (setting.getKey()) {
                case "strip_accents", "tokenize_chinese_chars" -> {} // see normalization
                case "truncation_side" -> builder.truncationSide(side(value));
                case "padding_side" -> builder.paddingSide(side(value));
                case "split_special_tokens" -> builder.splitSpecialTokens(value.getAsBoolean());
                default -> throw new AssertionError("unknown setting " + setting);
            }
        });
        Tokenizer tokenizer = builder.build();
        for (JsonElement group : testCase.getAsJsonArray("added_tokens")) {
            tokenizer = tokenizer.withAddedTokens(group.getAsJsonObject().getAsJsonArray("tokens").asList().stream()
                    .map(token -> addedToken(token.getAsJsonObject()))
                    .toList());
        }
        return tokenizer;
    }

    private static Normalization normalization(boolean lowercase, JsonObject settings) {
        boolean chinese = !settings.has("tokenize_chinese_chars")
                || settings.get("tokenize_chinese_chars").getAsBoolean();
        boolean strip =
                settings.has("strip_accents") ? settings.get("strip_accents").getAsBoolean() : lowercase;
        return new Normalization.Bert(true, chinese, strip, lowercase);
    }

    private static AddedToken addedToken(JsonObject token) {
        Function<String, Boolean> flag =
                name -> token.has(name) && token.get(name).getAsBoolean();
        return new AddedToken(
                token.get("content").getAsString(),
                flag.apply("single_word"),
                flag.apply("lstrip"),
                flag.apply("rstrip"),
                flag.apply("normalized"),
                flag.apply("special"));
    }

    private static Side side(JsonElement value) {
        return Side.valueOf(value.getAsString().toUpperCase(java.util.Locale.ROOT));
    }

    private static Encoding encode(Tokenizer tokenizer, JsonObject testCase) {
        JsonObject call = testCase.getAsJsonObject("call");
        EncodingOptions options = EncodingOptions.DEFAULT;
        Padding padding = null;
        if (call.has("padding") && call.get("padding").getAsString().equals("max_length")) {
            padding = Padding.toLength(call.get("max_length").getAsInt());
        } else if (call.has("max_length")) {
            options = options.withMaxLength(call.get("max_length").getAsInt());
        }
        for (String key : call.keySet()) {
            JsonElement value = call.get(key);
            switch (key) {
                case "add_special_tokens" -> options = options.withAddSpecialTokens(value.getAsBoolean());
                case "truncation" -> options = options.withTruncation(strategy(value.getAsString()));
                case "stride" -> options = options.withOverflow(value.getAsInt());
                case "padding" -> padding = padding == null ? Padding.LONGEST : padding;
                case "pad_to_multiple_of" -> padding = padding.toMultipleOf(value.getAsInt());
                case "max_length", "is_split_into_words" -> {}
                default -> throw new AssertionError("unknown argument " + key);
            }
        }
        Encoding encoding = call.has("is_split_into_words")
                ? tokenizer.encodeWords(strings(testCase.getAsJsonArray("text")), null, options)
                : tokenizer.encode(
                        testCase.get("text").getAsString(),
                        testCase.get("pair").isJsonNull()
                                ? null
                                : testCase.get("pair").getAsString(),
                        options);
        return padding == null
                ? encoding
                : tokenizer.pad(List.of(encoding), padding).getFirst();
    }

    private static TruncationStrategy strategy(String name) {
        return switch (name) {
            case "true", "longest_first" -> TruncationStrategy.LONGEST_FIRST;
            case "only_first" -> TruncationStrategy.ONLY_FIRST;
            case "only_second" -> TruncationStrategy.ONLY_SECOND;
            default -> throw new AssertionError("unknown strategy " + name);
        };
    }

    // --- JSON ---

    private static JsonArray cases() throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(CASES.resolve("tokenizer-cases.json.gz")))) {
            return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonArray();
        }
    }

    private static List<String> strings(JsonArray array) {
        return array.asList().stream().map(JsonElement::getAsString).toList();
    }

    private static String json(List<String> strings) {
        JsonArray array = new JsonArray();
        strings.forEach(array::add);
        return array.toString();
    }

    private static String json(int[] numbers) {
        JsonArray array = new JsonArray();
        for (int number : numbers) {
            array.add(number);
        }
        return array.toString();
    }

    private static String nulls(JsonObject expected, String key) {
        return expected.get(key).toString().replace("null", "-1");
    }

    private static String spans(List<Span> spans) {
        JsonArray array = new JsonArray();
        for (Span span : spans) {
            JsonArray pair = new JsonArray();
            pair.add(span.start());
            pair.add(span.end());
            array.add(pair);
        }
        return array.toString();
    }
}
