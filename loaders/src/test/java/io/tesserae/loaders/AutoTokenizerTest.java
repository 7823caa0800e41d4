package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.packed.Packed;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Padding;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TruncationStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AutoTokenizerTest {

    private static final Path TEST_DATA = Path.of("..", "testdata");
    private static final Path TINY = TEST_DATA.resolve("spec-cases").resolve("tiny-vocab");
    private static final Path REAL = Path.of("..", "..", "shared", "real", "tokenizers");

    @TempDir
    Path folder;

    // --- Published vocabularies ---

    @Test
    void encodesAsPublishedBertDoes() {
        assumeTrue(Files.isDirectory(REAL));
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(REAL.resolve("bert-base-uncased"));
        assertArrayEquals(
                new int[] {101, 1045, 2066, 4715, 1012, 102, 2057, 2035, 2293, 4715, 999, 102},
                tokenizer.encode("I like soccer. [SEP] We all love soccer!").inputIds());
        assertArrayEquals(
                new int[] {101, 3533, 2973, 2005, 1037, 2200, 2146, 2051, 1012, 102, 3533, 2003, 2214, 1012, 102},
                tokenizer
                        .encode("Joe lived for a very long time. [SEP] Joe is old.")
                        .inputIds());
        assertEquals(512, tokenizer.modelMaxLength());
        assertTrue(tokenizer.returnsTokenTypeIds());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert-base-uncased", "bert-base-cased", "all-MiniLM-L6-v2"})
    void vocabularyTextAndTokenizerJsonAreTheSame(String name) throws IOException {
        assumeTrue(Files.isDirectory(REAL));
        for (String file : List.of("vocab.txt", "tokenizer_config.json")) {
            Files.copy(REAL.resolve(name).resolve(file), folder.resolve(file));
        }
        Tokenizer fromJson = AutoTokenizer.fromPretrained(REAL.resolve(name));
        Tokenizer fromText = AutoTokenizer.fromPretrained(folder);
        assertEquals(fromJson.vocabularySize(), fromText.vocabularySize());
        for (int id = 0; id < fromJson.vocabularySize(); id++) {
            assertEquals(fromJson.idToToken(id), fromText.idToToken(id));
        }
        String text = "The Quick brown fox, naïve café! [MASK] 東京 unaffable";
        assertArrayEquals(
                fromJson.encode(text).inputIds(), fromText.encode(text).inputIds());
    }

    // --- Which file decides ---

    @TestFactory
    Stream<DynamicTest> everyVariantAsTheReferenceLoadsIt() throws IOException {
        JsonObject golden;
        try (InputStream in = AutoTokenizerTest.class.getResourceAsStream("tokenizer-variants.json")) {
            golden = JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonObject();
        }
        List<String> texts = golden.getAsJsonArray("texts").asList().stream()
                .map(JsonElement::getAsString)
                .toList();
        return golden.getAsJsonArray("variants").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .map(variant ->
                        DynamicTest.dynamicTest(variant.get("name").getAsString(), () -> checkVariant(variant, texts)));
    }

    private void checkVariant(JsonObject variant, List<String> texts) throws IOException {
        Path checkpoint = Files.createTempDirectory(folder, "variant");
        writeVariant(variant, checkpoint);
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(checkpoint.toString());
        JsonObject expected = variant.getAsJsonObject("expected");
        for (int i = 0; i < texts.size(); i++) {
            int[] ids = tokenizer.encode(texts.get(i)).inputIds();
            assertArrayEquals(ints(expected.getAsJsonArray("ids").get(i).getAsJsonArray()), ids, texts.get(i));
            assertEquals(
                    expected.getAsJsonArray("skipped").get(i).getAsString(), tokenizer.decode(ids, true), texts.get(i));
        }
        assertEquals(expected.get("types").getAsBoolean(), tokenizer.returnsTokenTypeIds());
        assertEquals(expected.get("length").getAsInt(), tokenizer.vocabularySize());
        JsonElement limit = expected.get("model_max_length");
        assertEquals(limit.isJsonNull() ? Tokenizer.UNLIMITED : limit.getAsInt(), tokenizer.modelMaxLength());
        checkSides(expected, tokenizer);
    }

    private static void checkSides(JsonObject expected, Tokenizer tokenizer) {
        Encoding whole = tokenizer.encode("we love soccer");
        Encoding cut = tokenizer.encode(
                "we love soccer", null, EncodingOptions.DEFAULT.withMaxLength(1).withAddSpecialTokens(false));
        int kept = cut.inputIds()[0];
        int[] bare = tokenizer
                .encode("we love soccer", null, EncodingOptions.DEFAULT.withAddSpecialTokens(false))
                .inputIds();
        boolean left = expected.get("truncation_side").getAsString().equals("left");
        assertEquals(left ? bare[bare.length - 1] : bare[0], kept);
        Encoding padded = tokenizer
                .pad(List.of(whole), Padding.toLength(whole.size() + 1))
                .getFirst();
        int attention = padded.attentionMask()[0];
        assertEquals(expected.get("padding_side").getAsString().equals("left") ? 0 : 1, attention);
    }

    private static void writeVariant(JsonObject variant, Path checkpoint) throws IOException {
        if (variant.get("json").isJsonNull()) {
            Files.copy(TINY.resolve("vocab.txt"), checkpoint.resolve("vocab.txt"));
        } else {
            JsonObject json = JsonParser.parseString(Files.readString(TINY.resolve("tokenizer.json")))
                    .getAsJsonObject();
            for (Map.Entry<String, JsonElement> change :
                    variant.getAsJsonObject("json").entrySet()) {
                String key = change.getKey();
                if (key.endsWith("+")) {
                    json.getAsJsonArray(key.substring(0, key.length() - 1))
                            .addAll(change.getValue().getAsJsonArray());
                } else if (key.equals("model-")) {
                    json.getAsJsonObject("model").remove(change.getValue().getAsString());
                } else {
                    json.add(key, change.getValue());
                }
            }
            Files.writeString(checkpoint.resolve("tokenizer.json"), json.toString());
        }
        if (!variant.get("config").isJsonNull()) {
            Files.writeString(
                    checkpoint.resolve("tokenizer_config.json"),
                    variant.get("config").toString());
        }
        Files.writeString(checkpoint.resolve("config.json"), "{\"model_type\":\"bert\"}");
        for (Map.Entry<String, JsonElement> file :
                variant.getAsJsonObject("files").entrySet()) {
            Files.writeString(checkpoint.resolve(file.getKey()), file.getValue().toString());
        }
    }

    // --- Fixtures: what the models were fed ---

    @TestFactory
    Stream<DynamicTest> everyFixtureIsFedTheSameIds() throws IOException {
        try (Stream<Path> fixtures = Files.list(TEST_DATA.resolve("fixtures"))) { // those below are fed random ids
            return fixtures
                    .filter(fixture -> Files.exists(fixture.resolve("tokenizer_config.json"))
                            && Files.exists(fixture.resolve("expected.json")))
                    .toList()
                    .stream()
                    .map(fixture -> DynamicTest.dynamicTest(fixture.toString(), () -> checkFixture(fixture)));
        }
    }

    private static void checkFixture(Path fixture) throws IOException {
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(Packed.checkpoint(fixture));
        JsonArray inputs = JsonParser.parseString(Files.readString(fixture.resolve("expected.json")))
                .getAsJsonObject()
                .getAsJsonArray("inputs");
        EncodingOptions options = EncodingOptions.DEFAULT.withTruncation(TruncationStrategy.LONGEST_FIRST);
        List<Encoding> encodings = new ArrayList<>();
        for (JsonElement input : inputs) {
            List<JsonElement> texts = input.isJsonObject()
                    ? List.copyOf(
                            input.getAsJsonObject().asMap().values()) // a text and its pair, or question and context
                    : List.of(input);
            encodings.add(tokenizer.encode(
                    texts.getFirst().getAsString(),
                    texts.size() > 1 ? texts.get(1).getAsString() : null,
                    options));
        }
        List<Encoding> padded = tokenizer.pad(encodings, Padding.LONGEST);
        long[] ids = padded.stream()
                .flatMapToInt(encoding -> IntStream.of(encoding.inputIds()))
                .asLongStream()
                .toArray();
        long[] attention = padded.stream()
                .flatMapToInt(encoding -> IntStream.of(encoding.attentionMask()))
                .asLongStream()
                .toArray();
        assertArrayEquals(longs(fixture, "in.input_ids"), ids);
        assertArrayEquals(longs(fixture, "in.attention_mask"), attention);
    }

    private static long[] longs(Path fixture, String name) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(Packed.file(fixture.resolve("expected.safetensors"))))
                .order(ByteOrder.LITTLE_ENDIAN);
        int headerLength = (int) file.getLong();
        String header = new String(file.array(), 8, headerLength, StandardCharsets.UTF_8);
        JsonArray offsets = JsonParser.parseString(header)
                .getAsJsonObject()
                .getAsJsonObject(name)
                .getAsJsonArray("data_offsets");
        int begin = offsets.get(0).getAsInt();
        long[] values = new long[(offsets.get(1).getAsInt() - begin) / Long.BYTES];
        file.slice(8 + headerLength + begin, values.length * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .get(values);
        return values;
    }

    // --- What is refused ---

    @Test
    void refusesAFolderWithoutATokenizer() {
        assertMessage("no such file, and no vocab.txt either");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"tokenizer_class":"XLNetTokenizer"}                         | found XLNetTokenizer
            {"tokenizer_class":"RobertaTokenizer"}                       | vocab.json: no such file, and no tokenizer.json either
            {"tokenizer_class":7}                                        | tokenizer_class: expected a string, found 7
            {"tokenizer_class":"BertTokenizer","do_lower_case":"no"}     | do_lower_case: expected true or false, found the string "no"
            {"tokenizer_class":"BertTokenizer","model_max_length":-1}    | model_max_length: expected a number, 0 or more, found -1
            {"tokenizer_class":"BertTokenizer","padding_side":"top"}     | padding_side: expected left or right, found the string "top"
            {"tokenizer_class":"BertTokenizer","sep_token":["x"]}        | sep_token: expected a string, found an array of 1
            {"tokenizer_class":"BertTokenizer","unk_token":"<nothing>"}  | the vocabulary lacks the unknown token "<nothing>"
            {"tokenizer_class":"PreTrainedTokenizerFast"}                | tokenizer.json: no such file, but the class
            {"tokenizer_class":"BertTokenizer",}                         | tokenizer_config.json: not valid JSON
            """)
    void refusesAConfiguration(String config, String message) throws IOException {
        Files.copy(TINY.resolve("vocab.txt"), folder.resolve("vocab.txt"));
        Files.writeString(folder.resolve("tokenizer_config.json"), config);
        assertMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                             | model: expected an object, found nothing
            {"model":{"type":"WordLevel","vocab":{}}}                      | model.type: expected WordPiece or BPE or Unigram (no other is supported), found the string "WordLevel"
            {"model":{}}                                                   | model.type: expected a string, found nothing
            {"model":{"type":"WordPiece","vocab":{"[UNK]":-1}}}            | model.vocab.[UNK]: expected a whole number
            {"model":{"type":"WordPiece","vocab":{"[UNK]":1.5}}}           | model.vocab.[UNK]: expected a whole number
            {"model":{"type":"WordPiece","vocab":{"[UNK]":2147483647}}}    | has the id 2147483647
            {"model":{"type":"WordPiece","vocab":{"[UNK]":0,"a":0}}}       | have the same id 0
            {"model":{"type":"WordPiece","vocab":{"[UNK]":0,"[UNK]":1}}}   | stands twice in one object
            {"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"UnicodeScripts"}} | pre_tokenizer.type: expected BertPreTokenizer
            {"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"BertPreTokenizer"},"normalizer":{"type":"Nmt"}} | normalizer.type: expected BertNormalizer, Lowercase
            {"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":{"type":"Other"}} | post_processor.type: expected TemplateProcessing
            """)
    void refusesATokenizerJson(String json, String message) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\":\"PreTrainedTokenizerFast\"}");
        Files.writeString(folder.resolve("tokenizer.json"), json);
        assertMessage(message);
    }

    /** Two lists of as many tokens, each of which was looked up in the other one by one: 10^10 comparisons. */
    @Test
    void manyAddedTokensTakeNoLongerThanTheirFile() throws IOException {
        Files.copy(TINY.resolve("vocab.txt"), folder.resolve("vocab.txt"));
        StringBuilder special = new StringBuilder("{\"additional_special_tokens\":[\"[SEP]\"");
        StringBuilder added = new StringBuilder("{\"[SEP]\":3");
        for (int i = 0; i < 100_000; i++) {
            special.append(",\"<s").append(i).append(">\"");
            added.append(",\"<a").append(i).append(">\":").append(100_000 + i);
        }
        Files.writeString(folder.resolve("special_tokens_map.json"), special.append("]}"));
        Files.writeString(folder.resolve("added_tokens.json"), added.append("}"));
        Tokenizer tokenizer =
                assertTimeoutPreemptively(Duration.ofSeconds(20), () -> AutoTokenizer.fromPretrained(folder));
        assertTrue(tokenizer.tokenToId("<s99999>").isPresent());
    }

    @Test
    void aTemplateThatUsesOneDefinitionAThousandTimesIsRefused() throws IOException {
        String use = "{\"SpecialToken\":{\"id\":\"x\",\"type_id\":0}}";
        refusesATokenizerJson(
                """
                {"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0}},"pre_tokenizer":{"type":"BertPreTokenizer"},
                "post_processor":{"type":"TemplateProcessing","special_tokens":{"x":{"ids":[0%s]}},"single":[%s],"pair":[]}}
                """.formatted(",0".repeat(20), (use + ",").repeat(20) + use),
                "post_processor.single: expected at most 256 special tokens and texts, found an array of 21");
    }

    @Test
    void wordsAreNoLongerThanTenThousandCharacters() throws IOException {
        refusesATokenizerJson(
                """
                {"model":{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0},"max_input_chars_per_word":10001},
                "pre_tokenizer":{"type":"BertPreTokenizer"}}
                """, "model.max_input_chars_per_word: expected a whole number from 0 to 10000, found 10001");
    }

    @Test
    void refusesStepsWithoutEnd() throws IOException {
        String steps = String.join(",", java.util.Collections.nCopies(40, "{\"type\":\"NFD\"}"));
        refusesATokenizerJson(
                "{\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\",\"vocab\":{\"[UNK]\":0}},\"normalizer\":"
                        + "{\"type\":\"Sequence\",\"normalizers\":[" + steps + "]}}",
                "normalizer: expected at most 32 steps, found 41");
    }

    /** Every damaged file either still makes a tokenizer or is refused in words. */
    @Test
    void damagedFilesAreRefusedInWords() throws IOException {
        Random random = new Random(7);
        String json = """
                {"added_tokens":[{"id":1,"content":"[SEP]","single_word":false,"lstrip":false,"rstrip":true,"normalized":false,
                "special":true}],"truncation":{"direction":"Left"},"normalizer":{"type":"BertNormalizer","lowercase":true},
                "pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":{"type":"TemplateProcessing","single":
                [{"SpecialToken":{"id":"[SEP]","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[{"Sequence":{"id":"B",
                "type_id":1}}],"special_tokens":{"[SEP]":{"id":"[SEP]","ids":[1],"tokens":["[SEP]"]}}},"model":{"type":"WordPiece",
                "unk_token":"[UNK]","max_input_chars_per_word":100,"vocab":{"[UNK]":0,"[SEP]":1,"a":2,"##b":3}}}
                """;
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        String pool = "{}[]\",:0129-.eEtfn\\ \u0000a";
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\":\"PreTrainedTokenizerFast\"}");
        int loaded = 0;
        for (int round = 0; round < 2000; round++) {
            byte[] damaged = bytes.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) pool.charAt(random.nextInt(pool.length()));
            }
            Files.write(folder.resolve("tokenizer.json"), damaged);
            try {
                Tokenizer tokenizer = AutoTokenizer.fromPretrained(folder);
                tokenizer.encode("ab [SEP] c", "a").tokens();
                loaded++;
            } catch (ModelLoadingException expected) {
                assertTrue(expected.getMessage().contains("tokenizer.json"), expected.getMessage());
            }
        }
        assertTrue(loaded > 20, "the fuzz is too coarse: only " + loaded + " still loaded");
    }

    private void assertMessage(String part) {
        ModelLoadingException e = assertThrows(ModelLoadingException.class, () -> AutoTokenizer.fromPretrained(folder));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    private static int[] ints(JsonArray array) {
        return array.asList().stream().mapToInt(JsonElement::getAsInt).toArray();
    }
}
