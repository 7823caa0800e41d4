package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that byte-level vocabularies come in, and what is wrong with some. */
class BytePairTokenizerTest {

    /** Of {@code tokenizer.json} with the vocabulary below; the names are where others may stand. */
    private static final String JSON = """
            {"added_tokens":[{"id":9,"content":"<|endoftext|>","special":true,"normalized":false}],
            "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true},
            "post_processor":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false},
            "decoder":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true},
            "model":{"dropout":null,"unk_token":null,"continuing_subword_prefix":"","end_of_word_suffix":"","fuse_unk":false,
            "vocab":VOCAB,"merges":["a b","\u0120 a","\u0120a b"]}}
            """;

    private static final String VOCABULARY =
            "{\"a\":0,\"b\":1,\"\u0120\":2,\"ab\":3,\"\u0120a\":4,\"\u0120ab\":5,\"\u00c3\":6,\"\u00a9\":7,\"<s>\":8,\"<|endoftext|>\":9,"
                    + "\"</s>\":10,\"<unk>\":11,\"<pad>\":12,\"<mask>\":13}";

    private static final String MERGES = "#version: 0.2\na b\n\u0120 a\n\u0120a b\n";

    private static final String TEXT = "ab a\u00e9<|endoftext|> ab";

    @TempDir
    Path folder;

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static String json() {
        return JSON.replace("VOCAB", VOCABULARY);
    }

    private Tokenizer loaded() {
        return AutoTokenizer.fromPretrained(folder);
    }

    private static int[] ids(Tokenizer tokenizer, String text) {
        return tokenizer.encode(text).inputIds();
    }

    // --- Which file decides ---

    @ParameterizedTest
    @ValueSource(strings = {"GPT2Tokenizer", "GPT2TokenizerFast", "PreTrainedTokenizerFast"})
    void tokenizerJsonIsTakenByTheLetter(String name) throws IOException {
        write("tokenizer_config.json", "{\"tokenizer_class\":\"" + name + "\"}");
        write("tokenizer.json", json());
        // The merge of a and b comes first, so the space stays alone.
        assertArrayEquals(new int[] {3, 4, 6, 7, 9, 2, 3}, ids(loaded(), TEXT));
        assertEquals(TEXT, loaded().decode(ids(loaded(), TEXT)));
        assertEquals("ab a\u00e9 ab", loaded().decode(ids(loaded(), TEXT), true));
        assertFalse(loaded().returnsTokenTypeIds());
    }

    @Test
    void mergesMayBePairs() throws IOException {
        write(
                "tokenizer.json",
                json().replace("[\"a b\",", "[[\"a\",\"b\"],").replace("\"\u0120a b\"", "[\"\u0120a\",\"b\"]"));
        assertArrayEquals(new int[] {3, 4, 6, 7, 9, 2, 3}, ids(loaded(), TEXT));
    }

    @Test
    void vocabularyAndMergesAloneMakeTheSameTokenizer() throws IOException {
        write("tokenizer_config.json", "{\"tokenizer_class\":\"GPT2Tokenizer\",\"model_max_length\":64}");
        write("vocab.json", VOCABULARY);
        write("merges.txt", MERGES.replace("\n", "\r\n"));
        Tokenizer tokenizer = loaded();
        assertArrayEquals(new int[] {3, 4, 6, 7, 9, 2, 3}, ids(tokenizer, TEXT));
        assertEquals("<|endoftext|>", tokenizer.specialTokens().eos());
        assertEquals(9, tokenizer.bosTokenId());
        assertNull(tokenizer.specialTokens().pad());
        assertEquals(64, tokenizer.modelMaxLength());
        assertEquals(0, tokenizer.specialTokensAround(false));
        assertEquals("Tokenizer of BPE, 14 tokens, texts of at most 64", tokenizer.toString());
    }

    @Test
    void addBosTokenPutsItBeforeEachText() throws IOException {
        write("tokenizer_config.json", "{\"tokenizer_class\":\"GPT2Tokenizer\",\"add_bos_token\":true}");
        write("vocab.json", VOCABULARY);
        write("merges.txt", MERGES);
        Encoding pair = loaded().encode("ab", "b");
        assertArrayEquals(new int[] {9, 3, 9, 1}, pair.inputIds());
        assertArrayEquals(new int[] {0, 0, 1, 1}, pair.tokenTypeIds());
    }

    @Test
    void robertaHasItsOwnTokensAndTrimsOffsets() throws IOException {
        write("tokenizer_config.json", "{\"tokenizer_class\":\"RobertaTokenizer\"}");
        write("vocab.json", VOCABULARY);
        write("merges.txt", MERGES);
        Encoding pair = loaded().encode("a a", "b<mask>");
        assertArrayEquals(new int[] {8, 0, 4, 10, 10, 1, 13, 10}, pair.inputIds());
        assertArrayEquals(new int[8], pair.tokenTypeIds());
        assertEquals(
                List.of(new Span(0, 0), new Span(0, 1), new Span(2, 3)),
                pair.offsets().subList(0, 3));
        assertEquals("<mask>", loaded().specialTokens().mask());
    }

    @Test
    void aSpaceThatWasAddedIsNotTrimmed() throws IOException {
        write("tokenizer_config.json", "{\"tokenizer_class\":\"RobertaTokenizer\",\"add_prefix_space\":true}");
        write("vocab.json", VOCABULARY);
        write("merges.txt", MERGES);
        Encoding encoding = loaded().encode("a a");
        assertArrayEquals(new int[] {8, 4, 4, 10}, encoding.inputIds());
        assertEquals(List.of(new Span(0, 1), new Span(2, 3)), encoding.offsets().subList(1, 3));
    }

    @Test
    void aSequenceMayTrimAndThenPutTokensAround() throws IOException {
        write("tokenizer.json", json().replace("\"post_processor\":{", """
                "post_processor":{"type":"Sequence","processors":[{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true},
                {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
                "pair":[],"special_tokens":{"<s>":{"id":"<s>","ids":[8],"tokens":["<s>"]}}}]},"old":{"""));
        Encoding encoding = loaded().encode(" a");
        assertArrayEquals(new int[] {8, 4}, encoding.inputIds());
        assertEquals(new Span(1, 2), encoding.offsets().get(1));
    }

    // --- What is refused ---

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "dropout":null            | "dropout":0.1                        | model.dropout: expected null
            "continuing_subword_prefix":"" | "continuing_subword_prefix":"##" | model.continuing_subword_prefix: expected null or ""
            "fuse_unk":false          | "byte_fallback":"no"                 | model.byte_fallback: expected true or false
            "unk_token":null          | "unk_token":"<x>"                    | lacks the unknown token "<x>"
            "a b"                     | "a x"                                | merge 0 (counted from 0) is of "a" and "x"
            "a b"                     | "b a"                                | lacks "ba"
            "a b"                     | "ab"                                 | model.merges[0]: expected two pieces
            "a b"                     | "a  b"                               | model.merges[0]: expected two pieces
            "a b"                     | " b"                                 | model.merges[0]: expected two pieces
            "a b"                     | ["a"]                                | model.merges[0]: expected two pieces
            "a b"                     | ["a",""]                             | model.merges[0]: expected two pieces
            "a b"                     | 7                                    | model.merges[0]: expected a string, found 7
            "ByteLevel","add_prefix_space":false | "Split","pattern":{"Regex":"x+"} | pre_tokenizer.pattern.Regex: expected that of GPT-2, of Llama 3 or of Qwen2, letter by letter (no other is supported), found the string "x+"
            """)
    void refusesATokenizerJson(String part, String other, String message) throws IOException {
        String text = json();
        assertTrue(text.contains(part));
        write("tokenizer_config.json", "{\"tokenizer_class\":\"GPT2Tokenizer\"}");
        write("tokenizer.json", text.replace(part, other));
        assertMessage(message);
    }

    @Test
    void refusesAModelWithoutMerges() throws IOException {
        write("tokenizer.json", json().replace("\"merges\":", "\"type\":\"BPE\",\"other\":"));
        assertMessage("model.merges: expected an array, found nothing");
    }

    @Test
    void refusesMergesTextByLine() throws IOException {
        write("tokenizer_config.json", "{\"tokenizer_class\":\"GPT2Tokenizer\"}");
        write("vocab.json", VOCABULARY);
        write("merges.txt", MERGES + "\n" + "x".repeat(1 << 20));
        assertMessage("merges.txt: line 6: expected two pieces with one space between, found \"xxx");
        write("merges.txt", MERGES + "a <s>\n");
        assertMessage("vocab.json: merge 3 (counted from 0) is of \"a\" and \"<s>\"");
        Files.delete(folder.resolve("merges.txt"));
        assertMessage("no such file");
    }

    @Test
    void refusesFilesThatDisagree() throws IOException {
        write("tokenizer_config.json", "{\"tokenizer_class\":\"GPT2Tokenizer\",\"add_prefix_space\":true}");
        write("tokenizer.json", json());
        assertMessage("tokenizer_config.json: add_prefix_space: expected false, as the pre_tokenizer");
    }

    @Test
    void refusesAVocabularyWithoutAClass() throws IOException {
        write("vocab.json", VOCABULARY);
        write("merges.txt", MERGES);
        write("config.json", "{}");
        assertMessage("tokenizer_class: expected the class that vocab.json and merges.txt are for");
    }

    @Test
    void ofAMergeThatIsThereTwiceTheLaterPlaceCounts() throws IOException {
        write("tokenizer.json", json().replace("\"\u0120a b\"]", "\"\u0120a b\",\"a b\"]"));
        assertArrayEquals(new int[] {3, 5}, ids(loaded(), "ab ab"));
    }

    /** One word of a million characters, which a quadratic search for the best pair would take hours for. */
    @Test
    void longWordsTakeLittleTime() throws IOException {
        write("tokenizer.json", json());
        Tokenizer tokenizer = loaded();
        String word = "ab".repeat(500_000);
        int[] ids = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> ids(tokenizer, word));
        assertEquals(500_000, ids.length);
        assertEquals(word, tokenizer.decode(ids));
    }

    /** Every damaged file either still makes a tokenizer or is refused in words. */
    @Test
    void damagedFilesAreRefusedInWords() throws IOException {
        Random random = new Random(7);
        String pool = "{}[]\",:0129-.eEtfn\\ \u0000a";
        write("tokenizer_config.json", "{\"tokenizer_class\":\"GPT2Tokenizer\"}");
        int loaded = 0;
        for (int round = 0; round < 2000; round++) {
            StringBuilder damaged = new StringBuilder(json());
            for (int i = random.nextInt(3); i >= 0; i--) {
                damaged.setCharAt(random.nextInt(damaged.length()), pool.charAt(random.nextInt(pool.length())));
            }
            write("tokenizer.json", damaged.toString());
            try {
                loaded().encode(TEXT, "a").tokens();
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

    // --- As the reference has it ---

    @Test
    void streamsWhatItDecodes() throws IOException {
        write("tokenizer.json", json());
        Tokenizer tokenizer = loaded();
        var decoder = tokenizer.streamingDecoder(false);
        assertEquals(
                "a||\u00e9|<|endoftext|>||\uFFFD",
                IntStream.of(0, 6, 7, 9, 6).mapToObj(decoder::next).collect(Collectors.joining("|")) + "|"
                        + decoder.finish());
        assertThrows(IllegalStateException.class, () -> decoder.next(0));
    }
}
