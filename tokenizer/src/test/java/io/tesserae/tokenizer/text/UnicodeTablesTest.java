package io.tesserae.tokenizer.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables against {@code testdata/spec-cases/unicode-classes.json.gz}, for every code point there is. */
class UnicodeTablesTest {

    private static final UnicodeTables TABLES = UnicodeTables.INSTANCE;

    private static BitSet reference(String name) throws IOException {
        JsonObject classes;
        Path file = Path.of("..", "testdata", "spec-cases", "unicode-classes.json.gz");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            classes = JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonObject();
        }
        BitSet codePoints = new BitSet();
        for (JsonElement range : classes.getAsJsonArray(name)) {
            int first = Integer.parseInt(range.getAsJsonArray().get(0).getAsString(), 16);
            int last = Integer.parseInt(range.getAsJsonArray().get(1).getAsString(), 16);
            codePoints.set(first, last + 1);
        }
        return codePoints;
    }

    @ParameterizedTest
    @CsvSource({
        "clean_text_removed, 1",
        "clean_text_to_space, 2",
        "chinese_spaced, 4",
        "pretokenizer_whitespace, 8",
        "punctuation, 16"
    })
    void everyCodePointIsInTheClassesThatTheReferencePutsItIn(String name, int flag) throws IOException {
        BitSet tables = new BitSet();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            tables.set(c, TABLES.is(c, flag));
        }
        assertEquals(reference(name), tables);
    }

    @Test
    void accentsThatTheReferenceDropsAreDropped() throws IOException {
        Normalizer normalizer = new Normalizer(false, false, true, false);
        BitSet dropped = new BitSet();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            dropped.set(c, normalizer.normalize(Character.toString(c)).isEmpty());
        }
        assertEquals(reference("stripped_entirely_by_strip_accents"), dropped);
    }

    @Test
    void lowersCodePointByCodePoint() {
        Normalizer normalizer = new Normalizer(false, false, false, true);
        assertEquals("οδοσ i\u0307 ß ꭰ 𐐨", normalizer.normalize("ΟΔΟΣ İ ẞ ꭰ 𐐀"));
    }

    @Test
    void decomposesHangulAndWhatIsComposedTwice() {
        Normalizer normalizer = new Normalizer(false, false, true, false);
        assertEquals("\u1112\u1161\u11ab", normalizer.normalize("한"));
        assertEquals("U", normalizer.normalize("Ǖ"));
    }

    @Test
    void marksThatAreKeptAreSortedAndTheirPlacesAreNot() {
        Normalizer normalizer = new Normalizer(true, true, true, true);
        NormalizedText text = new NormalizedText(8);
        // U+302E (class 224) and U+1D165 (class 216) are spacing marks, so both are kept, the lower class first.
        char[] source = "A\u302e\ud834\udd65\u0301b".toCharArray();
        normalizer.normalize(source, 0, source.length, text);
        assertEquals("a\ud834\udd65\u302eb", text.substring(0, text.length()));
        // The places stay in order: the first mark written stands for the first that was read.
        assertEquals(1, text.start(1));
        assertEquals(2, text.end(2));
        assertEquals(2, text.start(3));
        assertEquals(4, text.end(3));
    }
}
