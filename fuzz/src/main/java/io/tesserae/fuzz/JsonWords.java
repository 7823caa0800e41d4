package io.tesserae.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What breaks readers of JSON: numbers at the edges, escapes, brackets; and with it the keys of a format. */
final class JsonWords {

    private static final List<String> EVERYWHERE = List.of(
            "null",
            "true",
            "false",
            "{}",
            "[]",
            "\"\"",
            "[[[[[[[[",
            "{\"\":",
            "\\u0000",
            "\\ud800",
            "\\udc00\\ud800",
            "\uFEFF",
            "-1",
            "0",
            "-0",
            "1.0",
            "1e9",
            "1e308",
            "1e309",
            "1e999999999",
            "1e-999999999",
            "2147483647",
            "2147483648",
            "4294967296",
            "9223372036854775808",
            "16777215",
            "16777216",
            "1048576",
            "NaN",
            "Infinity",
            "0x10",
            "//",
            "'",
            "\\/");

    private JsonWords() {}

    /** These, and the words of a format: keys, or values that are strings. */
    static List<String> with(String... words) {
        List<String> all = new ArrayList<>(EVERYWHERE);
        Arrays.stream(words).map(word -> "\"" + word + "\"").forEach(all::add);
        return all;
    }
}
