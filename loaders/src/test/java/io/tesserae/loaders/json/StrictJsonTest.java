package io.tesserae.loaders.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.tesserae.loaders.files.ModelLoadingException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {

    @Test
    void readsEveryKindOfValue() {
        JsonObject object = StrictJson.parseObject(
                " {\"a\": [1, -2.50, true, null, \"\\u00e9\\ud83d\\ude00\"], \"b\": {\"\": {}}}\n", "test");
        assertEquals("[1,-2.50,true,null,\"é😀\"]", object.get("a").toString());
        assertEquals("{\"\":{}}", object.get("b").toString());
    }

    @Test
    void numbersKeepTheirDigits() {
        JsonObject object = StrictJson.parseObject("{\"a\":1.0,\"b\":1e0,\"c\":-0,\"d\":18446744073709551616}", "test");
        assertEquals("1.0", object.get("a").getAsString());
        assertEquals("1e0", object.get("b").getAsString());
        assertEquals("-0", object.get("c").getAsString());
        assertEquals("18446744073709551616", object.get("d").getAsString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[]",
                "1",
                "null",
                "\"a\"",
                "{}{}",
                "{} x",
                "{}\0",
                "\uFEFF{}",
                "{a:1}",
                "{'a':1}",
                "{\"a\"=1}",
                "{\"a\":1;}",
                "{\"a\":1,}",
                "{\"a\":[1,]}",
                "{\"a\":[,1]}",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":TRUE}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":1.}",
                "{\"a\":.5}",
                "{\"a\":0x1}",
                "{\"a\":nul}",
                "{/**/}",
                "{}//",
                "{}#",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\t\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\'\"}",
                "{\"a\":\"\\\n\"}",
                "{\"a\":1,\"a\":1}",
                "{\"b\":{\"a\":1,\"\\u0061\":2}}",
                "{\"a\":\"\\ud800\"}",
                "{\"\\udc00\":1}",
                "{\"a\":\"\\ud800\\ud800\"}",
                "{\"a\":\"\\u12\"}",
                ")]}'\n{}",
                "{\"a\":\u00a01}"
            })
    void refuses(String text) {
        ModelLoadingException e =
                assertThrows(ModelLoadingException.class, () -> StrictJson.parseObject(text, "dir/config.json"));
        assertTrue(e.getMessage().startsWith("dir/config.json: "), e.getMessage());
    }

    @Test
    void namesTheDuplicate() {
        ModelLoadingException e = assertThrows(
                ModelLoadingException.class, () -> StrictJson.parseObject("{\"b\":{\"size\":1,\"size\":1}}", "x.json"));
        assertEquals("x.json: the key $.b.size stands twice in one object", e.getMessage());
    }

    @Test
    void deepNestingIsAnErrorNotAStackOverflow() {
        for (int depth : new int[] {129, 100_000}) {
            String text = "{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
            assertThrows(ModelLoadingException.class, () -> StrictJson.parseObject(text, "x.json"));
        }
        StrictJson.parseObject("{\"a\":" + "[".repeat(127) + "]".repeat(127) + "}", "x.json");
    }

    @Property
    void neverThrowsAnythingElse(
            @ForAll
                    @StringLength(max = 30)
                    @Chars({'{', '}', '[', ']', '"', ':', ',', '\\', 'u', '0', '1', 'e', '-', '.', 'd', '8', ' '})
                    String text) {
        try {
            StrictJson.parse(text, "x.json");
            StrictJson.parseObject("{\"a\":" + text + "}", "x.json");
        } catch (ModelLoadingException expected) {
            assertTrue(expected.getMessage().startsWith("x.json: "));
        }
    }
}
