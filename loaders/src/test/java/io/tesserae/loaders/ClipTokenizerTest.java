package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CLIP's tokenizer makes of texts what the reference's does, whichever files its vocabulary is in. */
class ClipTokenizerTest {

    private static final Path FIXTURE = Fixture.ROOT.resolve("clip").resolve("pipeline");

    @TempDir
    private Path folder;

    @Test
    void everyTextIsTheReferences() throws IOException {
        assertReference(AutoTokenizer.fromPretrained(FIXTURE));
    }

    @Test
    void vocabularyAndMergesByThemselvesAreTheSame() throws IOException {
        writeApart();
        assertReference(AutoTokenizer.fromPretrained(folder));
    }

    /** As published files are: the stages are there, and no class is named. */
    @Test
    void theFileByTheLetterIsTheSame() throws IOException {
        JsonObject json = json("tokenizer.json");
        Files.writeString(folder.resolve("tokenizer.json"), json.toString());
        Files.writeString(
                folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"PreTrainedTokenizerFast\"}");
        Tokenizer byLetter = AutoTokenizer.fromPretrained(folder);
        for (JsonElement element : texts()) {
            String text = element.getAsJsonObject().get("text").getAsString();
            assertArrayEquals(
                    AutoTokenizer.fromPretrained(FIXTURE).encode(text).inputIds(),
                    byLetter.encode(text).inputIds(),
                    text);
        }
    }

    @Test
    void aPairHasTwoTokensBetween() {
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(FIXTURE);
        Encoding pair = tokenizer.encode("a", "a");
        int[] alone = tokenizer.encode("a").inputIds();
        assertArrayEquals(new int[] {alone[0], alone[1], alone[2], alone[2], alone[1], alone[2]}, pair.inputIds());
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        writeApart();
        Files.delete(folder.resolve("merges.txt"));
        assertMessage("merges.txt", "merges.txt", "{\"tokenizer_class\": \"CLIPTokenizer\"}");
        writeApart();
        assertMessage("<|no|>", "vocab", "{\"tokenizer_class\": \"CLIPTokenizer\", \"bos_token\": \"<|no|>\"}");
    }

    private void assertMessage(String first, String second, String config) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), config);
        var e = assertThrows(ModelLoadingException.class, () -> AutoTokenizer.fromPretrained(folder));
        assertTrue(e.getMessage().contains(first) || e.getMessage().contains(second), e.getMessage());
    }

    private void writeApart() throws IOException {
        JsonObject model = json("tokenizer.json").getAsJsonObject("model");
        Files.writeString(folder.resolve("vocab.json"), model.get("vocab").toString());
        StringBuilder merges = new StringBuilder("#version: 0.2\n");
        for (JsonElement merge : model.getAsJsonArray("merges")) {
            JsonArray pair = merge.getAsJsonArray();
            merges.append(pair.get(0).getAsString())
                    .append(' ')
                    .append(pair.get(1).getAsString())
                    .append('\n');
        }
        Files.writeString(folder.resolve("merges.txt"), merges);
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                json("tokenizer_config.json").toString());
    }

    private static void assertReference(Tokenizer tokenizer) throws IOException {
        Gson gson = new Gson();
        for (JsonElement element : texts()) {
            JsonObject expected = element.getAsJsonObject();
            String text = expected.get("text").getAsString();
            int[] ids = gson.fromJson(expected.get("ids"), int[].class);
            assertArrayEquals(ids, tokenizer.encode(text).inputIds(), text);
            assertEquals(expected.get("decoded").getAsString(), tokenizer.decode(ids, true), text);
        }
    }

    private static JsonArray texts() throws IOException {
        return json("expected.json").getAsJsonArray("texts");
    }

    private static JsonObject json(String name) throws IOException {
        return JsonParser.parseString(Files.readString(FIXTURE.resolve(name))).getAsJsonObject();
    }
}
