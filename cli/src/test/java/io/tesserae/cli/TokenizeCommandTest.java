package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenizeCommandTest {

    @Test
    void aTableForPeople() {
        Run run = Run.of("tokenize", "hello");
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("""
                token    id  start  end
                [CLS]     2      0    0
                hell   2293      0    4
                ##o      60      4    5
                [SEP]     3      0    0
                """, run.out());
    }

    @Test
    void jsonHasWhatTheTokenizerReturnsInPython() {
        JsonObject json = json("tokenize", "--output", "json", "\uD83D\uDE00 hello");
        assertEquals(
                List.of("input_ids", "token_type_ids", "attention_mask", "special_tokens_mask", "tokens", "offsets"),
                List.copyOf(json.keySet()));
        assertEquals("[[0,0],[0,1],[2,6],[6,7],[0,0]]", json.get("offsets").toString(), "in code points");
        assertEquals("[1,0,0,0,1]", json.get("special_tokens_mask").toString());
        assertEquals("[1,1,1,1,1]", json.get("attention_mask").toString());
    }

    @Test
    void maxLengthCutsTheLongerOfAPairFirst() {
        JsonObject json = json("tokenize", "--output", "json", "--max-length", "5", "--pair", "a", "b b b b b b");
        assertEquals(
                "[\"[CLS]\",\"b\",\"[SEP]\",\"a\",\"[SEP]\"]",
                json.get("tokens").toString());
        assertEquals("[0,0,0,1,1]", json.get("token_type_ids").toString());
    }

    @Test
    void aLengthWithoutRoomIsRefused() {
        Run run = Run.of("tokenize", "--max-length", "1", "x");
        assertEquals(1, run.exitCode());
        assertEquals(1, run.err().lines().count());
        assertTrue(run.err().contains("special tokens"), run.err());
    }

    @Test
    void aPairTwiceIsRefused() {
        Run run = Run.withInput("{\"text\": \"a\", \"text_pair\": \"b\"}\n", "tokenize", "--pair", "c", "--input", "-");
        assertEquals(1, run.exitCode());
        assertEquals(1, run.err().lines().count());
    }

    private static JsonObject json(String... arguments) {
        Run run = Run.of(arguments);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(1, run.lines().size());
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }
}
