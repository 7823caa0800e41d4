package io.tesserae.loaders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.StreamingDecoder;
import io.tesserae.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SigLIP's tokenizer makes of texts what the reference's does. */
class SiglipTokenizerTest {

    private static final Path FIXTURE = Fixture.ROOT.resolve("siglip").resolve("pipeline");

    @TempDir
    private Path folder;

    @Test
    void everyTextIsTheReferences() throws IOException {
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(FIXTURE);
        JsonObject expected = JsonParser.parseString(Files.readString(FIXTURE.resolve("expected.json")))
                .getAsJsonObject();
        for (JsonElement element : expected.getAsJsonArray("texts")) {
            String text = element.getAsJsonObject().get("text").getAsString();
            int[] ids = new Gson().fromJson(element.getAsJsonObject().get("ids"), int[].class);
            assertArrayEquals(ids, tokenizer.encode(text).inputIds(), text);
        }
    }

    /** What the reference gives for these (transformers 5.18, sentencepiece 0.2.2). */
    @Test
    void whitespaceSpecialTokensAndMarksAreTheReferencesToo() throws IOException {
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(FIXTURE);
        requireEqual(tokenizer, "  a dog", "a dog</s>", 3, 8, 3, 27, 19, 1);
        requireEqual(tokenizer, "a dog </s>", "a dog</s>", 8, 3, 27, 19, 1);
        requireEqual(tokenizer, "</s> dog", "</s> dog</s>", 1, 27, 19, 1);
        requireEqual(
                tokenizer,
                "a dog</s>photo of <unk>a cat",
                "a dog</s> photo of<unk> a cat</s>",
                8,
                3,
                27,
                19,
                1,
                52,
                29,
                10,
                14,
                10,
                24,
                2,
                15,
                31,
                28,
                1);
        requireEqual(tokenizer, " ...", "</s>", 1);
        requireEqual(tokenizer, "\u2581\u2581a", "a</s>", 3, 8, 1);
        requireEqual(tokenizer, "a, DOG!\u2003\u001CTHE   end", "a dog the end</s>", 8, 3, 27, 19, 25, 3, 4, 5, 50, 1);
        requireEqual(tokenizer, "\u039F\u03A3 \u03A3a \u0130", "<unk> <unk> a i<unk></s>", 3, 2, 3, 2, 15, 36, 2, 1);
        assertArrayEquals(
                new int[] {8, 3, 27, 19, 1, 1},
                tokenizer.encode("a dog </s>", "").inputIds());
    }

    private static void requireEqual(Tokenizer tokenizer, String text, String decoded, int... ids) {
        Encoding encoding = tokenizer.encode(text);
        assertArrayEquals(ids, encoding.inputIds(), text);
        assertEquals(decoded, tokenizer.decode(ids));
        StreamingDecoder decoder = tokenizer.streamingDecoder(false);
        StringBuilder streamed = new StringBuilder();
        for (int id : ids) {
            streamed.append(decoder.next(id));
        }
        assertEquals(decoded, streamed.append(decoder.finish()).toString());
        for (Span span : encoding.offsets()) {
            assertTrue(0 <= span.start() && span.start() <= span.end() && span.end() <= text.length(), text);
        }
    }

    @Test
    void placesAreThoseOfTheText() throws IOException {
        List<Span> spans =
                AutoTokenizer.fromPretrained(FIXTURE).encode("a </s> dog").offsets();
        assertEquals(new Span(0, 1), spans.getFirst());
        assertEquals(new Span(2, 6), spans.get(1));
        assertEquals(new Span(9, 10), spans.get(spans.size() - 2));
    }

    @Test
    void withoutTheModelFileItIsRefused() throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"SiglipTokenizer\"}");
        Files.copy(
                Fixture.ROOT.resolve("clip").resolve("pipeline").resolve("tokenizer.json"),
                folder.resolve("tokenizer.json"));
        var e = assertThrows(ModelLoadingException.class, () -> AutoTokenizer.fromPretrained(folder));
        assertTrue(e.getMessage().contains("spiece.model"), e.getMessage());
    }
}
