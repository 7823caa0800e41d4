package io.tesserae.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import io.tesserae.cli.console.Printable;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void whatCommandsATerminalIsEscapedInJsonAsInText() {
        assertEscaped(IntStream.rangeClosed(0, 0x1F).toArray());
        assertEscaped(IntStream.rangeClosed(0x7F, 0x9F).toArray());
        assertEscaped(IntStream.rangeClosed(0x202A, 0x202E).toArray());
        assertEscaped(IntStream.rangeClosed(0x2066, 0x2069).toArray());
        assertEscaped(IntStream.rangeClosed(0xD800, 0xDFFF).toArray()); // each alone
        assertEscaped(0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF, 0xE0001);
    }

    private static void assertEscaped(int... codePoints) {
        for (int codePoint : codePoints) {
            String text = "a" + new String(Character.toChars(codePoint)) + "b";
            String json = new Json().string(text).toString();
            assertTrue(json.chars().allMatch(unit -> unit > ' ' && unit < 0x7F), json);
            assertEquals(text, JsonParser.parseString(json).getAsString());
            String escaped = Printable.escape(text);
            assertTrue(escaped.chars().allMatch(unit -> unit > ' ' && unit < 0x7F), escaped);
        }
    }

    @Test
    void whatTextsAreWrittenWithStaysAsItIs() {
        String text = "Zürich, 東京, می\u200cخواهم, \uD83D\uDC69\u200D\uD83D\uDCBB, e\u0301, \u00A0";
        assertEquals("\"" + text + "\"", new Json().string(text).toString());
        assertEquals(text, Printable.escape(text));
    }

    @Property(tries = 500)
    void anyStringReadsBackAndIsUtf8(@ForAll String text) {
        String json = new Json().string(text).toString();
        assertEquals(text, JsonParser.parseString(json).getAsString());
        assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(json), json);
    }
}
