package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Padding;
import io.tesserae.tokenizer.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every way to name special tokens, to leave them out, and to decode: what {@code testdata/make_special_token_variants.py} asked the
 * reference. The system property {@code tesserae.specialTokenVariants} names another such file.
 */
class SpecialTokenVariantsTest {

    private static final Gson GSON = new GsonBuilder().serializeNulls().create();

    @TempDir
    Path folder;

    private JsonObject shared;

    @Test
    void everyVariantAsTheReferenceReadsIt() throws IOException {
        List<JsonObject> lines = lines();
        shared = lines.getFirst();
        List<String> differences = new ArrayList<>();
        int compared = 0;
        for (int i = 1; i < lines.size(); i++) {
            JsonObject variant = lines.get(i);
            JsonElement named = variant.get("answer");
            JsonObject expected = named.isJsonObject()
                    ? named.getAsJsonObject()
                    : lines.get(named.getAsInt()).getAsJsonObject("answer");
            String name = variant.get("name").getAsString();
            try {
                compared += compare(variant, expected) ? 1 : 0;
            } catch (AssertionError | RuntimeException e) {
                differences.add(name + ": " + e);
            }
        }
        assertTrue(
                differences.isEmpty(),
                () -> differences.size() + " differ:\n"
                        + String.join("\n", differences.subList(0, Math.min(40, differences.size()))));
        assertTrue(compared > lines.size() / 2, "only " + compared + " of " + (lines.size() - 1) + " were compared");
    }

    private static List<JsonObject> lines() throws IOException {
        String other = System.getProperty("tesserae.specialTokenVariants");
        try (InputStream in = other != null
                        ? Files.newInputStream(Path.of(other))
                        : SpecialTokenVariantsTest.class.getResourceAsStream("special-token-variants.jsonl.gz");
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(line -> JsonParser.parseString(line).getAsJsonObject())
                    .toList();
        }
    }

    /** Whether there was a tokenizer to compare: some the reference refuses, and some we do. */
    private boolean compare(JsonObject variant, JsonObject expected) throws IOException {
        Path checkpoint = Files.createDirectories(folder.resolve("checkpoint"));
        Map<String, JsonElement> files = variant.getAsJsonObject("files").asMap();
        for (Map.Entry<String, JsonElement> file : files.entrySet()) {
            Files.writeString(checkpoint.resolve(file.getKey()), GSON.toJson(file.getValue()));
        }
        if (variant.get("vocabulary").getAsBoolean()) {
            Files.write(checkpoint.resolve("vocab.txt"), strings(shared.getAsJsonArray("vocabulary")));
        }
        try {
            return compare(variant, expected, checkpoint);
        } finally {
            for (String file : files.keySet()) {
                Files.delete(checkpoint.resolve(file));
            }
            Files.deleteIfExists(checkpoint.resolve("vocab.txt"));
        }
    }

    private boolean compare(JsonObject variant, JsonObject expected, Path checkpoint) {
        Tokenizer tokenizer;
        try {
            tokenizer = AutoTokenizer.fromPretrained(checkpoint);
        } catch (ModelLoadingException e) {
            assertTrue(expected.has("error") || weRefuse(e.getMessage()), e.getMessage());
            return false;
        }
        if (expected.has("error")) {
            assertTrue(weRead(variant, expected.get("error").getAsString()), "the reference refuses: " + expected);
            return false;
        }
        compareTokens(tokenizer, expected);
        compareTexts(tokenizer, expected);
        compareDecoded(tokenizer, expected);
        return true;
    }

    /** What we refuse by name and the reference reads. */
    private static boolean weRefuse(String message) {
        return Set.of(
                        "the vocabulary lacks the unknown token", // the reference refuses the first text that needs it
                        "decoder.type: expected WordPiece", // of another model
                        "pattern: expected a String (a Regex is not supported)",
                        "decoder.pattern.String: expected a text that is not empty")
                .stream()
                .anyMatch(message::contains);
    }

    /** What we read although the reference refuses it. */
    private static boolean weRead(JsonObject variant, String error) {
        boolean plainObject = error.endsWith("has to be either str or AddedToken but got: <class 'dict'>");
        // BERT's own classes take nothing of tokenizer.json but the vocabulary; the reference looks at the rest all the
        // same.
        boolean unusedDecoder = error.contains("PyDecoderWrapper")
                && (variant.toString().contains("BertTokenizer")
                        || variant.toString().contains("\"model_type\""));
        // A vocab.txt alone is BERT's, whether a file names the class or not.
        boolean unnamedClass = error.startsWith("Couldn't instantiate the backend tokenizer")
                && variant.get("vocabulary").getAsBoolean()
                && !variant.toString().contains("\"tokenizer_class\"");
        return plainObject || unusedDecoder || unnamedClass;
    }

    private static void compareTokens(Tokenizer tokenizer, JsonObject expected) {
        assertEquals(expected.get("length").getAsInt(), tokenizer.vocabularySize(), "length");
        assertEquals(expected.get("types").getAsBoolean(), tokenizer.returnsTokenTypeIds(), "types");
        JsonObject roles = expected.getAsJsonObject("roles");
        compareRole(roles, "unk_token", tokenizer.specialTokens().unk(), tokenizer::unkTokenId);
        compareRole(roles, "sep_token", tokenizer.specialTokens().sep(), tokenizer::sepTokenId);
        compareRole(roles, "pad_token", tokenizer.specialTokens().pad(), tokenizer::padTokenId);
        compareRole(roles, "cls_token", tokenizer.specialTokens().cls(), tokenizer::clsTokenId);
        compareRole(roles, "mask_token", tokenizer.specialTokens().mask(), tokenizer::maskTokenId);
        List<Integer> special = IntStream.range(0, tokenizer.vocabularySize())
                .filter(tokenizer::isSpecialToken)
                .boxed()
                .toList();
        assertEquals(expected.get("special"), GSON.toJsonTree(special), "special");
    }

    private static void compareRole(JsonObject roles, String role, String token, Supplier<Integer> id) {
        JsonArray expected = roles.getAsJsonArray(role);
        if (expected.get(0) instanceof JsonNull) {
            assertEquals(null, token, role);
            assertThrows(IllegalStateException.class, id::get, role);
        } else {
            assertEquals(expected.get(0).getAsString(), token, role);
            assertEquals(expected.get(1).getAsInt(), id.get(), role);
        }
    }

    private void compareTexts(Tokenizer tokenizer, JsonObject expected) {
        List<String> texts = strings(shared.getAsJsonArray("texts"));
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            compareEncoding(tokenizer, expected.getAsJsonArray("texts").get(i), () -> tokenizer.encode(text), text);
        }
        compareEncoding(tokenizer, expected.get("pair"), () -> tokenizer.encode(texts.get(1), texts.get(3)), "pair");
        JsonElement padded = expected.get("padded");
        Supplier<List<int[]>> pad =
                () -> tokenizer.pad(tokenizer.encodeBatch(List.of(texts.get(10), "the")), Padding.LONGEST).stream()
                        .map(Encoding::inputIds)
                        .toList();
        if (padded.isJsonObject()) {
            assertThrows(RuntimeException.class, pad::get, padded.toString());
        } else {
            assertEquals(padded, GSON.toJsonTree(pad.get()), "padded");
        }
    }

    private static void compareEncoding(
            Tokenizer tokenizer, JsonElement answer, Supplier<Encoding> encode, String text) {
        JsonObject expected = answer.getAsJsonObject();
        if (expected.has("error")) {
            assertEquals(
                    "WordPiece error: Missing [UNK] token from the vocabulary",
                    expected.get("error").getAsString());
            String message = assertThrows(IllegalArgumentException.class, encode::get, text)
                    .getMessage();
            assertTrue(message.contains("has no unknown token"), message);
            return;
        }
        Encoding encoding = encode.get();
        int[] ids = encoding.inputIds();
        assertEquals(expected.get("ids"), GSON.toJsonTree(ids), text);
        assertEquals(expected.get("tokens"), GSON.toJsonTree(encoding.tokens()), text);
        assertEquals(
                expected.get("offsets"),
                GSON.toJsonTree(encoding.offsets().stream()
                        .map(span -> new int[] {span.start(), span.end()})
                        .toList()),
                text);
        assertEquals(expected.get("mask"), GSON.toJsonTree(encoding.specialTokensMask()), text);
        assertEquals(expected.get("text").getAsString(), tokenizer.decode(ids, false), text);
        assertEquals(expected.get("skipped").getAsString(), tokenizer.decode(ids, true), text);
        assertEquals(expected.get("clean").getAsString(), tokenizer.decode(ids, false, true), text);
    }

    private void compareDecoded(Tokenizer tokenizer, JsonObject expected) {
        JsonArray lists = shared.getAsJsonArray("ids");
        for (int i = 0; i < lists.size(); i++) {
            int[] ids = GSON.fromJson(lists.get(i), int[].class);
            compareText(expected.getAsJsonArray("decoded").get(i), tokenizer.decode(ids, false), lists.get(i));
            compareText(expected.getAsJsonArray("decoded_skipped").get(i), tokenizer.decode(ids, true), lists.get(i));
        }
        compareText(
                expected.get("joined"),
                tokenizer.tokensToText(strings(shared.getAsJsonArray("tokens"))),
                shared.get("tokens"));
    }

    /** The reference has no answer where its decoder fails: on no tokens at all, say. */
    private static void compareText(JsonElement expected, String text, JsonElement tokens) {
        if (expected.isJsonPrimitive()) {
            assertEquals(expected.getAsString(), text, tokens.toString());
        }
    }

    private static List<String> strings(JsonArray array) {
        return array.asList().stream().map(JsonElement::getAsString).collect(Collectors.toList());
    }
}
