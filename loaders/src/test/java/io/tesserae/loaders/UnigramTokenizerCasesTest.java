package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the reference makes of texts with a tiny vocabulary of pieces with scores; testdata/make_unigram_cases.py asked it. The model files
 * are written here, as SentencePiece writes them.
 */
class UnigramTokenizerCasesTest {

    private static final Map<String, String> FILES = Map.of(
            "XLMRobertaTokenizer", "sentencepiece.bpe.model",
            "CamembertTokenizer", "sentencepiece.bpe.model",
            "AlbertTokenizer", "spiece.model",
            "DebertaV2Tokenizer", "spm.model");

    @TempDir
    Path folder;

    private static JsonObject cases() throws IOException {
        try (InputStream in =
                new GZIPInputStream(UnigramTokenizerCasesTest.class.getResourceAsStream("unigram-cases.json.gz"))) {
            return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonObject();
        }
    }

    @Test
    void everySettingByTheLetter() throws IOException {
        JsonObject cases = cases();
        for (JsonElement element : cases.getAsJsonArray("settings")) {
            JsonObject setting = element.getAsJsonObject();
            write(cases, setting);
            check(setting, AutoTokenizer.fromPretrained(folder));
        }
    }

    private void write(JsonObject cases, JsonObject setting) throws IOException {
        JsonObject json = setting.getAsJsonObject("json").deepCopy();
        JsonObject model = json.getAsJsonObject("model");
        JsonArray vocabulary = cases.getAsJsonArray("vocab").deepCopy();
        if (model.get("byte_fallback").getAsBoolean()) {
            for (int value = 0; value < 256; value++) {
                JsonArray piece = new JsonArray();
                piece.add(String.format("<0x%02X>", value));
                piece.add(-20.0);
                vocabulary.add(piece);
            }
        }
        model.add("vocab", vocabulary);
        String text = json.toString().replace("the map", cases.get("map").getAsString());
        Files.writeString(folder.resolve("tokenizer.json"), text);
    }

    @Test
    void everyClassOfItsModelFile() throws IOException {
        JsonObject cases = cases();
        for (JsonElement element : cases.getAsJsonArray("classes")) {
            JsonObject setting = element.getAsJsonObject();
            String name = setting.get("class").getAsString();
            Files.write(folder.resolve(FILES.get(name)), modelFile(cases, setting));
            Files.writeString(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"" + name + "\"}");
            check(setting, AutoTokenizer.fromPretrained(folder));
        }
    }

    /** A space that only the class cuts at, since the map leaves it. */
    @Test
    void theClassInsteadOfTheFile() throws IOException {
        JsonObject cases = cases();
        write(cases, cases.getAsJsonArray("settings").get(1).getAsJsonObject());
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"XLMRobertaTokenizer\"}");
        ModelFiles files = ModelFiles.directory(folder);
        Tokenizer byLetter = AutoTokenizer.fromPretrained(files);
        Tokenizer asClass = AutoTokenizer.fromPretrained(files, AutoTokenizer.Reading.CLASS);
        assertTrue(Arrays.equals(
                byLetter.encode("the red circle").inputIds(),
                asClass.encode("the red circle").inputIds()));
        assertFalse(Arrays.equals(
                byLetter.encode("red\u0085blue").inputIds(),
                asClass.encode("red\u0085blue").inputIds()));
    }

    // --- Damaged files ---

    @Test
    void cutShortModelFilesAreRefused() throws IOException {
        JsonObject cases = cases();
        JsonObject setting = cases.getAsJsonArray("classes").get(0).getAsJsonObject();
        byte[] whole = modelFile(cases, setting);
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"XLMRobertaTokenizer\"}");
        for (int length : new int[] {0, 1, 7, 29, whole.length - 5}) {
            Files.write(folder.resolve("sentencepiece.bpe.model"), Arrays.copyOf(whole, length));
            ModelLoadingException refused =
                    assertThrows(ModelLoadingException.class, () -> AutoTokenizer.fromPretrained(folder));
            assertTrue(refused.getMessage().contains("sentencepiece.bpe.model"), refused.getMessage());
        }
    }

    @Test
    void damagedMapsAreRefusedWhenTheyAreReadOrFollowed() throws IOException {
        JsonObject cases = cases();
        JsonObject setting = cases.getAsJsonArray("settings").get(0).getAsJsonObject();
        byte[] map = Base64.getDecoder().decode(cases.get("map").getAsString());
        for (int i = 0; i < 400; i++) {
            byte[] damaged = map.clone();
            int place = (int) (i * 2_654_435_761L % damaged.length & Integer.MAX_VALUE) % damaged.length;
            damaged[place] ^= (byte) (1 << i % 8);
            damaged = i % 50 == 0 ? Arrays.copyOf(damaged, place) : damaged;
            JsonObject changed = new JsonObject();
            changed.add("vocab", cases.get("vocab"));
            changed.addProperty("map", Base64.getEncoder().encodeToString(damaged));
            write(changed, setting);
            try {
                Tokenizer tokenizer = AutoTokenizer.fromPretrained(folder);
                for (JsonElement answer : setting.getAsJsonArray("answers")) {
                    encode(tokenizer, answer.getAsJsonObject().get("text").getAsString());
                }
            } catch (ModelLoadingException e) {
                assertTrue(e.getMessage().contains("precompiled_charsmap"), e.getMessage());
            }
        }
    }

    private static void encode(Tokenizer tokenizer, String text) {
        try {
            tokenizer.encode(text).utf16Offsets().forEach(span -> {
                assertTrue(span.start() >= 0 && span.start() <= span.end() && span.end() <= text.length());
            });
        } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().contains("precompiled_charsmap"), e.getMessage());
        }
    }

    @Test
    void scoresAndIdsAreChecked() throws IOException {
        String model = "{\"model\": {\"type\": \"Unigram\", \"unk_id\": %s, \"vocab\": %s}}";
        refused(String.format(model, "2", "[[\"a\", 0], [\"b\", 1]]"), "unk_id: expected an id of the vocabulary");
        refused(
                String.format(model, "0", "[[\"a\", 0], [\"a\", 1]]"),
                "vocab[1]: expected a piece that is not there yet");
        refused(String.format(model, "0", "[[\"a\", \"0\"]]"), "vocab[0][1]: expected a finite number");
        refused(String.format(model, "0", "[[\"a\"]]"), "vocab[0]: expected a piece and its score");
        refused(String.format(model, "0", "[]"), "unk_id");
    }

    private void refused(String json, String reason) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), json);
        ModelLoadingException refused =
                assertThrows(ModelLoadingException.class, () -> AutoTokenizer.fromPretrained(folder));
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    }

    // --- Files as SentencePiece writes them ---

    private static byte[] modelFile(JsonObject cases, JsonObject setting) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        JsonArray control = setting.getAsJsonArray("control");
        for (JsonElement piece : setting.getAsJsonArray("first")) {
            boolean isControl = control.contains(piece.getAsJsonArray().get(0));
            if (setting.getAsJsonArray("first").asList().indexOf(piece)
                    < setting.get("own").getAsInt()) {
                field(file, 1, piece(piece.getAsJsonArray(), isControl));
            }
        }
        for (JsonElement piece : cases.getAsJsonArray("vocab")
                .asList()
                .subList(4, cases.getAsJsonArray("vocab").size())) {
            field(file, 1, piece(piece.getAsJsonArray(), false));
        }
        field(file, 2, new byte[] {3 << 3, 1});
        ByteArrayOutputStream normalizer = new ByteArrayOutputStream();
        field(normalizer, 1, "nmt_nfkc".getBytes(StandardCharsets.UTF_8));
        field(normalizer, 2, Base64.getDecoder().decode(cases.get("map").getAsString()));
        field(file, 3, normalizer.toByteArray());
        return file.toByteArray();
    }

    private static byte[] piece(JsonArray piece, boolean isControl) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        field(message, 1, piece.get(0).getAsString().getBytes(StandardCharsets.UTF_8));
        message.write(2 << 3 | 5);
        float score = (float) (Math.rint(piece.get(1).getAsDouble() * 4) / 4);
        message.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(score)
                .array());
        message.writeBytes(new byte[] {3 << 3, (byte) (isControl ? 3 : 1)});
        return message.toByteArray();
    }

    private static void field(ByteArrayOutputStream message, int number, byte[] value) {
        message.write(number << 3 | 2);
        int length = value.length;
        for (; length >= 0x80; length >>>= 7) {
            message.write(length & 0x7F | 0x80);
        }
        message.write(length);
        message.writeBytes(value);
    }

    // --- What is asked ---

    private static void check(JsonObject setting, Tokenizer tokenizer) {
        for (JsonElement answer : setting.getAsJsonArray("answers")) {
            JsonObject expected = answer.getAsJsonObject();
            String text = expected.get("text").getAsString();
            Encoding encoding = tokenizer.encode(text);
            String message = (setting.has("class") ? setting.get("class") : setting.get("json")) + " " + text;
            assertEquals(expected.get("ids"), array(encoding.inputIds()), message);
            assertEquals(expected.get("words"), array(encoding.wordIds()), message);
            JsonArray offsets = new JsonArray();
            encoding.offsets().forEach(span -> offsets.addAll(array(span.start(), span.end())));
            assertEquals(expected.get("offsets"), offsets, message);
        }
        for (JsonElement element : setting.getAsJsonArray("decoded")) {
            JsonObject expected = element.getAsJsonObject();
            int[] ids = expected.getAsJsonArray("ids").asList().stream()
                    .mapToInt(JsonElement::getAsInt)
                    .toArray();
            assertEquals(expected.get("text").getAsString(), tokenizer.decode(ids, false));
            assertEquals(expected.get("skipped").getAsString(), tokenizer.decode(ids, true));
        }
    }

    private static JsonArray array(int... values) {
        JsonArray array = new JsonArray();
        for (int value : values) {
            array.add(value);
        }
        return array;
    }
}
