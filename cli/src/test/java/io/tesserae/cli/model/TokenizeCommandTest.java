package io.tesserae.cli.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.cli.Run;
import io.tesserae.loaders.AutoModelForSequenceClassification;
import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.safetensors.SafetensorsFile;
import io.tesserae.model.TokenBatch;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** From texts to what a model computes of them: by way of two files, and at once. */
    @ParameterizedTest
    @ValueSource(strings = {"distilbert-sst2", "bert-nli-legacy-names"})
    void whatItWritesIsWhatForwardReads(String fixture, @TempDir Path folder) throws IOException {
        Path feed = folder.resolve("in.safetensors");
        Path out = folder.resolve("out.safetensors");
        String[] texts = {"A film.", "A film of many more words than that.", "One."};
        String model = Run.fixture(fixture);
        List<String> arguments =
                new ArrayList<>(List.of("tokenize", "--model", model, "--output-file", feed.toString()));
        arguments.addAll(List.of(texts));
        assertEquals(new Run(0, "", ""), Run.of(arguments.toArray(String[]::new)));
        assertEquals(
                new Run(0, "", ""),
                Run.of("forward", "--model", model, "--feed", feed.toString(), "--out", out.toString()));
        try (SafetensorsFile written = SafetensorsFile.open(feed);
                SafetensorsFile computed = SafetensorsFile.open(out);
                var classifier = AutoModelForSequenceClassification.fromPretrained(Path.of(model))) {
            Tokenizer tokenizer = AutoTokenizer.fromPretrained(Path.of(model));
            assertEquals(
                    tokenizer.returnsTokenTypeIds()
                            ? Set.of("input_ids", "attention_mask", "token_type_ids")
                            : Set.of("input_ids", "attention_mask"),
                    Set.copyOf(written.names()));
            int labels = (int) computed.entry("logits").shape()[1];
            int length = (int) written.entry("input_ids").shape()[1];
            for (int i = 0; i < texts.length; i++) {
                Encoding encoding = tokenizer.encode(texts[i]);
                int[] ids = new int[length];
                int[] mask = new int[length];
                written.readInts("input_ids", (long) i * length, ids, 0, length);
                written.readInts("attention_mask", (long) i * length, mask, 0, length);
                for (int position = 0; position < length; position++) {
                    boolean there = position < encoding.size();
                    assertEquals(there ? encoding.inputIds()[position] : tokenizer.padTokenId(), ids[position]);
                    assertEquals(there ? 1 : 0, mask[position]);
                }
                float[] logits = new float[labels];
                computed.read("logits", (long) i * labels, logits, 0, labels);
                TokenBatch batch = TokenBatch.of(new int[][] {encoding.inputIds()});
                assertArrayEquals(
                        Arrays.copyOf(classifier.forward(batch).logits().data(), labels), logits, texts[i]);
            }
        }
    }

    @Test
    void aBatchOfNothingIsRefused(@TempDir Path folder) throws IOException {
        Path nothing = Files.writeString(folder.resolve("nothing"), "");
        Run run = Run.of("tokenize", "--output", "safetensors", "--input", nothing.toString());
        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertTrue(run.err().contains("one text at least"), run.err());
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
