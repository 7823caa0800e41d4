package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Padding;
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

/** The files that vocabularies of LLaMA's type come in, and what is wrong with some. */
class LlamaTokenizerTest {

    /** Of the bytes only those of U+00E9 are there. */
    private static final String JSON = """
            {"added_tokens":[{"id":0,"content":"<unk>","special":true,"normalized":false},
            {"id":1,"content":"<s>","special":true,"normalized":false},{"id":2,"content":"</s>","special":true,"normalized":false}],
            "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"\u2581"},
            {"type":"Replace","pattern":{"String":" "},"content":"\u2581"}]},
            "pre_tokenizer":null,
            "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
            "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],
            "special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]}}},
            "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"\u2581"},"content":" "},{"type":"ByteFallback"},
            {"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
            "model":{"type":"BPE","dropout":null,"unk_token":"<unk>","fuse_unk":true,"byte_fallback":true,
            "vocab":{"<unk>":0,"<s>":1,"</s>":2,"<0xC3>":3,"<0xA9>":4,"\u2581":5,"a":6,"b":7,"ab":8,"\u2581a":9,"\u2581\u2581":10},
            "merges":["a b","\u2581 a","\u2581 \u2581"]}}
            """;

    private static final String METASPACE = """
            {"type":"Metaspace","replacement":"\u2581","prepend_scheme":"first","split":true}""";

    @TempDir
    Path folder;

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private void writeClass(String further) throws IOException {
        write("tokenizer_config.json", "{\"tokenizer_class\":\"LlamaTokenizer\"" + further + "}");
        write("tokenizer.json", JSON);
    }

    private Tokenizer loaded() {
        return AutoTokenizer.fromPretrained(folder);
    }

    private Tokenizer loadedAsClass() {
        return AutoTokenizer.fromPretrained(ModelFiles.directory(folder), AutoTokenizer.Reading.CLASS);
    }

    // --- Which file decides ---

    @ParameterizedTest
    @ValueSource(strings = {"LlamaTokenizer", "LlamaTokenizerFast", "PreTrainedTokenizerFast", "TokenizersBackend"})
    void tokenizerJsonIsTakenByTheLetter(String name) throws IOException {
        write(
                "tokenizer_config.json",
                "{\"tokenizer_class\":\"" + name + "\",\"add_bos_token\":false,\"legacy\":false}");
        write("tokenizer.json", JSON);
        Encoding encoding = loaded().encode("ab</s>a \u00e9\u20ac");
        assertArrayEquals(new int[] {1, 5, 8, 2, 9, 5, 3, 4, 0}, encoding.inputIds());
        assertEquals(
                List.of(new Span(0, 1), new Span(0, 2), new Span(2, 6), new Span(6, 7)),
                encoding.offsets().subList(1, 5));
        assertEquals("<s> ab</s> a \u00e9<unk>", loaded().decode(encoding.inputIds()));
        assertEquals("ab a \u00e9", loaded().decode(encoding.inputIds(), true));
        assertFalse(loaded().returnsTokenTypeIds());
    }

    @Test
    void theClassHasItsOwnWay() throws IOException {
        writeClass("");
        assertArrayEquals(
                new int[] {1, 5, 8, 2, 6, 5, 3, 4},
                loadedAsClass().encode("ab</s>a \u00e9\u20ac").inputIds());
        assertArrayEquals(new int[] {1, 9}, loadedAsClass().encode(" a").inputIds());
        assertArrayEquals(new int[] {1, 5, 9}, loaded().encode(" a").inputIds());
        writeClass(",\"legacy\":true");
        assertArrayEquals(
                new int[] {1, 5, 8, 2, 9}, loadedAsClass().encode("ab</s>a").inputIds());
        writeClass(",\"add_prefix_space\":false");
        assertArrayEquals(
                new int[] {1, 8, 2, 6}, loadedAsClass().encode("ab</s>a").inputIds());
        assertEquals(" a", loadedAsClass().decode(9));
        assertEquals("a", loaded().decode(9));
    }

    @Test
    void theReadingIsNothingToOtherClasses() throws IOException {
        write("tokenizer.json", JSON);
        assertArrayEquals(
                new int[] {1, 5, 8, 2, 9}, loadedAsClass().encode("ab</s>a").inputIds());
    }

    @Test
    void theClassPadsOnTheLeftWhereTheFilesAreSilent() throws IOException {
        writeClass(",\"pad_token\":\"<unk>\"");
        List<Encoding> padded = loaded().pad(loaded().encodeBatch(List.of("a", "a a")), Padding.LONGEST);
        assertArrayEquals(new int[] {0, 1, 9}, padded.getFirst().inputIds());
        writeClass(",\"pad_token\":\"<unk>\",\"padding_side\":\"right\"");
        padded = loaded().pad(loaded().encodeBatch(List.of("a", "a a")), Padding.LONGEST);
        assertArrayEquals(new int[] {1, 9, 0}, padded.getFirst().inputIds());
    }

    // --- What is refused ---

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"String":" "}        | {"Regex":"x+"}    | normalizers[1].pattern.Regex: expected
            {"String":" "}        | {"String":""}     | pattern.String: expected a text of 1 to 64 chars
            "prepend":"\u2581"    | "prepend":""      | normalizers[0].prepend: expected a text of 1 to 64 chars
            "prepend":"\u2581"    | "other":""        | normalizers[0].prepend: expected a string
            "Prepend"             | "Nmt"             | normalizers[0].type: expected BertNormalizer
            "byte_fallback":true  | "byte_fallback":1 | model.byte_fallback: expected true or false
            "pre_tokenizer":null  | "pre_tokenizer":{"type":"Metaspace"} | pre_tokenizer.replacement: expected a string
            "pre_tokenizer":null  | "pre_tokenizer":{"type":"Metaspace","replacement":"ab"} | pre_tokenizer.replacement: expected one character
            "pre_tokenizer":null  | "pre_tokenizer":{"type":"Metaspace","replacement":"a","prepend_scheme":"last"} | pre_tokenizer.prepend_scheme: expected
            "pre_tokenizer":null  | "pre_tokenizer":{"type":"Metaspace","replacement":"a","add_prefix_space":false} | prepend_scheme: expected never
            "pre_tokenizer":null  | "pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\\\s+"},"behavior":"Isolated","invert":false} | pre_tokenizer.pattern.Regex: expected that of GPT-2, of Llama 3 or of Qwen2, letter by letter (no other is supported), found the string "\\\\s+"
            "pre_tokenizer":null  | "pre_tokenizer":{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false} | pre_tokenizer.behavior: expected Isolated
            """)
    void refusesATokenizerJson(String part, String other, String message) throws IOException {
        assertTrue(JSON.contains(part));
        write("tokenizer.json", JSON.replace(part, other));
        assertMessage(message);
    }

    @Test
    void refusesASentencePieceModelAlone() throws IOException {
        write("tokenizer_config.json", "{\"tokenizer_class\":\"LlamaTokenizer\"}");
        write("tokenizer.model", "");
        assertMessage("tokenizer.json: no such file; tokenizer.model alone is not read");
        write("vocab.txt", "a\n");
        assertMessage("tokenizer.json: no such file, but the class LlamaTokenizer needs it");
    }

    @Test
    void theClassNeedsByteFallbackOfItsModel() throws IOException {
        writeClass("");
        write("tokenizer.json", JSON.replace("\"type\":\"BPE\"", "\"type\":\"WordPiece\""));
        ModelLoadingException e = assertThrows(ModelLoadingException.class, this::loadedAsClass);
        assertTrue(e.getMessage().contains("model.type: expected BPE"), e.getMessage());
    }

    /** A short file and a short text must not make a long one. */
    @Test
    void refusesToReplaceWithoutEnd() throws IOException {
        String step = "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"" + "a".repeat(64) + "\"},";
        write("tokenizer.json", JSON.replace("\"normalizers\":[", "\"normalizers\":[" + step.repeat(8)));
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> loaded().encode("aa"));
        assertTrue(e.getMessage().contains("encode a shorter one"), e.getMessage());
    }

    /** Every damaged file either still makes a tokenizer or is refused in words. */
    @Test
    void damagedFilesAreRefusedInWords() throws IOException {
        Random random = new Random(7);
        String pool = "{}[]\",:0129-.eEtfn\\ \u0000a\u2581";
        String json = JSON.replace("\"pre_tokenizer\":null", "\"pre_tokenizer\":" + METASPACE);
        int loaded = 0;
        for (int round = 0; round < 2000; round++) {
            StringBuilder damaged = new StringBuilder(json);
            for (int i = random.nextInt(3); i >= 0; i--) {
                damaged.setCharAt(random.nextInt(damaged.length()), pool.charAt(random.nextInt(pool.length())));
            }
            write("tokenizer.json", damaged.toString());
            try {
                loaded().encode("ab</s> \u00e9 \u20ac", "a").tokens();
                loaded++;
            } catch (ModelLoadingException expected) {
                assertTrue(expected.getMessage().contains("tokenizer.json"), expected.getMessage());
            }
        }
        assertTrue(loaded > 20, "the fuzz is too coarse: only " + loaded + " still loaded");
    }

    private void assertMessage(String part) {
        ModelLoadingException e = assertThrows(ModelLoadingException.class, this::loaded);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    // --- Long texts ---

    /** Without a pre-tokenizer a text is one word; a quadratic search for the best pair would take hours for these. */
    @ParameterizedTest
    @ValueSource(strings = {"ab ", " ", "\u00e9", "a</s>", "\u20ac"})
    void longTextsTakeLittleTime(String part) throws IOException {
        write("tokenizer.json", JSON);
        Tokenizer tokenizer = loaded();
        String text = part.repeat((1 << 20) / part.length());
        Encoding encoding = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> tokenizer.encode(text));
        assertEquals(text.length(), encoding.utf16Offsets().getLast().end());
    }

    // --- Token by token ---

    /** Whether the bytes of a run are characters shows where the run ends. */
    @Test
    void streamsBytesOnceTheirRunHasEnded() throws IOException {
        write("tokenizer.json", JSON);
        var decoder = loaded().streamingDecoder(false);
        assertEquals(
                "a|||\u00e9 a|||\uFFFD\uFFFD\uFFFDb||\uFFFD",
                IntStream.of(9, 3, 4, 9, 3, 4, 3).mapToObj(decoder::next).collect(Collectors.joining("|"))
                        + decoder.next(7) + "|" + decoder.next(4) + "|" + decoder.finish());
    }
}
