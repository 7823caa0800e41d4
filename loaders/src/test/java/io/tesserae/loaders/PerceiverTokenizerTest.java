package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Padding;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.StreamingDecoder;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TruncationStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tokenizer that has no vocabulary file: {@code PerceiverTokenizer}. */
class PerceiverTokenizerTest {

    private static final Path SHARED = Path.of("..", "..", "shared", "multimodal");

    private static final String PLAIN = "{\"tokenizer_class\":\"PerceiverTokenizer\"}";

    @TempDir
    Path folder;

    private Tokenizer load(String tokenizerConfig) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), tokenizerConfig);
        return AutoTokenizer.fromPretrained(folder);
    }

    // --- What the reference says ---

    /** {@code testdata/make_perceiver_tokenizer_cases.py} asked it. */
    @Test
    void everyCase() throws IOException {
        int refused = 0;
        for (JsonElement element : cases()) {
            JsonObject setting = element.getAsJsonObject();
            Tokenizer tokenizer = written(setting.getAsJsonObject("files"));
            assertEquals(setting.get("size").getAsInt(), tokenizer.vocabularySize(), setting.get("files")::toString);
            assertEquals(setting.get("limit").getAsInt(), tokenizer.modelMaxLength());
            checkSpecialTokens(setting.getAsJsonObject("special"), tokenizer);
            for (JsonElement answer : setting.getAsJsonArray("cases")) {
                JsonObject expected = answer.getAsJsonObject();
                String message = setting.get("files") + " " + expected;
                if (expected.has("text")) {
                    checkDecoded(tokenizer, ints(expected.get("ids")), expected, message);
                } else if (expected.has("long")) {
                    assertThrows(IllegalArgumentException.class, () -> encode(tokenizer, expected), message);
                    refused++;
                } else {
                    Encoding encoding = encode(tokenizer, expected);
                    assertArrayEquals(ints(expected.get("ids")), encoding.inputIds(), message);
                    assertArrayEquals(ints(expected.get("types")), encoding.tokenTypeIds(), message);
                    assertArrayEquals(ints(expected.get("mask")), encoding.attentionMask(), message);
                }
            }
        }
        assertTrue(refused > 5, "no text was too long");
    }

    private static JsonArray cases() throws IOException {
        try (InputStream in = new GZIPInputStream(
                PerceiverTokenizerTest.class.getResourceAsStream("perceiver-tokenizer-cases.json.gz"))) {
            return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonArray();
        }
    }

    private Tokenizer written(JsonObject files) throws IOException {
        for (String name : List.of("config", "tokenizer_config", "special_tokens_map", "added_tokens")) {
            Path file = folder.resolve(name + ".json");
            Files.deleteIfExists(file);
            if (files.has(name)) {
                Files.writeString(file, files.get(name).toString());
            }
        }
        return AutoTokenizer.fromPretrained(folder);
    }

    private static void checkSpecialTokens(JsonObject special, Tokenizer tokenizer) {
        assertEquals(special.get("pad_token").getAsInt(), tokenizer.padTokenId());
        assertEquals(special.get("bos_token").getAsInt(), tokenizer.bosTokenId());
        assertEquals(special.get("eos_token").getAsInt(), tokenizer.eosTokenId());
        assertEquals(special.get("mask_token").getAsInt(), tokenizer.maskTokenId());
        assertEquals(special.get("cls_token").getAsInt(), tokenizer.clsTokenId());
        assertEquals(special.get("sep_token").getAsInt(), tokenizer.sepTokenId());
        assertFalse(tokenizer.returnsTokenTypeIds());
        if (special.has("unk_token")) {
            assertEquals(special.get("unk_token").getAsInt(), tokenizer.unkTokenId());
        }
    }

    private static Encoding encode(Tokenizer tokenizer, JsonObject expected) {
        JsonObject settings = expected.getAsJsonObject("settings");
        EncodingOptions options = EncodingOptions.DEFAULT.withAddSpecialTokens(
                settings.get("add_special_tokens").getAsBoolean());
        JsonElement length = settings.get("max_length");
        boolean pads = settings.has("padding");
        if (settings.has("truncation") && !pads) {
            String strategy = settings.get("truncation").getAsString().toUpperCase(Locale.ROOT);
            options = options.withTruncation(TruncationStrategy.valueOf(strategy));
            options = length.isJsonNull() ? options : options.withMaxLength(length.getAsInt());
        }
        JsonArray texts = expected.getAsJsonArray("texts");
        String second = texts.size() < 2 ? null : texts.get(1).getAsString();
        Encoding encoding = tokenizer.encode(texts.get(0).getAsString(), second, options);
        return pads
                ? tokenizer
                        .pad(List.of(encoding), Padding.toLength(length.getAsInt()))
                        .getFirst()
                : encoding;
    }

    private static void checkDecoded(Tokenizer tokenizer, int[] ids, JsonObject expected, String message) {
        for (boolean skip : new boolean[] {false, true}) {
            String text = expected.get(skip ? "skipped" : "text").getAsString();
            assertEquals(text, tokenizer.decode(ids, skip), message);
            StreamingDecoder decoder = tokenizer.streamingDecoder(skip);
            StringBuilder streamed = new StringBuilder();
            for (int id : ids) {
                streamed.append(decoder.next(id));
            }
            assertEquals(text, streamed.append(decoder.finish()).toString(), message);
        }
    }

    private static int[] ints(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
    }

    /** Cases that are no part of the project. */
    @Test
    void everySharedCase() throws IOException {
        Path file = SHARED.resolve("tokenizers").resolve("perceiver").resolve("cases.json");
        assumeTrue(Files.exists(file));
        Tokenizer tokenizer = load(PLAIN);
        JsonObject root = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        assertEquals(347, root.getAsJsonArray("cases").size());
        for (JsonElement element : root.getAsJsonArray("cases")) {
            JsonObject expected = element.getAsJsonObject();
            String text = expected.get("text").getAsString();
            int[] ids = tokenizer.encode(text).inputIds();
            assertArrayEquals(ints(expected.get("ids")), ids, text);
            expected.add("text", expected.get("decoded"));
            expected.add("skipped", expected.get("decoded_skip_special"));
            checkDecoded(tokenizer, ids, expected, text);
        }
        for (JsonElement element : root.getAsJsonArray("pairs")) {
            JsonObject pair = element.getAsJsonObject();
            assertArrayEquals(
                    ints(pair.get("ids")),
                    tokenizer
                            .encode(
                                    pair.get("text").getAsString(),
                                    pair.get("pair").getAsString())
                            .inputIds());
        }
        JsonObject padded = root.getAsJsonObject("padding");
        Encoding encoding = tokenizer
                .pad(
                        List.of(tokenizer.encode(padded.get("text").getAsString())),
                        Padding.toLength(padded.get("max_length").getAsInt()))
                .getFirst();
        assertArrayEquals(ints(padded.get("input_ids")), encoding.inputIds());
        assertArrayEquals(ints(padded.get("attention_mask")), encoding.attentionMask());
        JsonObject cut = root.getAsJsonObject("truncation");
        EncodingOptions options =
                EncodingOptions.DEFAULT.withMaxLength(cut.get("max_length").getAsInt());
        assertArrayEquals(
                ints(cut.get("input_ids")),
                tokenizer.encode(cut.get("text").getAsString(), options).inputIds());
    }

    @Test
    void aSharedCheckpoint() {
        Path checkpoint = SHARED.resolve("fixtures").resolve("perceiver-mlm");
        assumeTrue(Files.isDirectory(checkpoint));
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(checkpoint);
        assertEquals("Tokenizer of Bytes, 262 tokens, texts of at most 40", tokenizer.toString());
    }

    // --- What only this project says ---

    @Test
    void aByteHasThePlaceOfItsCharacter() throws IOException {
        Encoding encoding = load(PLAIN).encode("Cr\u00e8 \u6771\ud83d\ude42 \u0000 [SEP] x");
        assertEquals(
                List.of("[CLS]", "C", "r", "\u00c3", "\u00a8", " ", "\u00e6", "\u009d", "\u00b1"),
                encoding.tokens().subList(0, 9));
        List<Span> spans = encoding.offsets();
        assertEquals(List.of(new Span(2, 3), new Span(2, 3), new Span(3, 4)), spans.subList(3, 6));
        assertEquals(new Span(5, 6), spans.get(9));
        assertEquals(new Span(5, 6), spans.get(12));
        assertEquals(new Span(5, 7), encoding.utf16Offsets().get(12));
        assertEquals(new Span(9, 14), spans.get(16));
        assertEquals("[SEP]", encoding.tokens().get(16));
        assertEquals(new Span(0, 0), spans.getLast());
    }

    @Test
    void aWordHasTheSpaceBeforeIt() throws IOException {
        Encoding encoding = load(PLAIN).encode("a b\u00e9[MASK]!");
        assertArrayEquals(new int[] {-1, 0, 1, 1, 1, 1, 2, 3, -1}, encoding.wordIds());
    }

    // --- What is refused ---

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "pad_token":null                                         | pad_token: expected a token, as PerceiverTokenizer has one of the id 0, found null
            "bos_token":"[CLS]"                                      | the token "[CLS]" has the ids 1 and 4, expected one
            "added_tokens_decoder":{"100":{"content":"<n>"}}         | the added token "<n>" has the id 100, which is that of the byte 94; expected 262 or more
            "added_tokens_decoder":{"262":{"content":"a"}}           | the token "a" has the ids 103 and 262, expected one
            "extra_special_tokens":["\\u00e9"]                       | the added token "\u00e9" is what the byte 233 is called in this vocabulary
            "model_max_length":-1                                    | model_max_length: expected a number, 0 or more, found -1
            "padding_side":"top"                                     | padding_side: expected left or right, found the string "top"
            "added_tokens_decoder":{"99999999":{"content":"<n>"}}    | the token "<n>" has the id 99999999
            "cls_token":""                                           | cls_token: expected a token
            """)
    void refusesAConfiguration(String entry, String message) {
        ModelLoadingException refusal = assertThrows(
                ModelLoadingException.class, () -> load("{\"tokenizer_class\":\"PerceiverTokenizer\"," + entry + "}"));
        assertTrue(refusal.getMessage().contains("tokenizer_config.json"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
        assertFalse(refusal.getMessage().contains("\n"), refusal.getMessage());
    }

    /** As those of before: neither a vocabulary nor a class that needs none. */
    @Test
    void refusesAFolderThatNamesNoClass() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"bert\"}");
        ModelLoadingException refusal = assertThrows(ModelLoadingException.class, () -> load("{}"));
        assertTrue(refusal.getMessage().contains("no such file, and no vocab.txt either"), refusal.getMessage());
    }
}
