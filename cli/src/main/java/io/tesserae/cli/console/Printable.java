package io.tesserae.cli.console;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Makes text from outside fit for a terminal: one line, without characters that would command it. */
public final class Printable {

    private static final int MESSAGE_LIMIT = 2_000;

    private static final int EXCERPT = 72;

    private Printable() {}

    /** A message, cut where it is longer than anybody would read. */
    public static String line(String text) {
        return excerpt(text, MESSAGE_LIMIT);
    }

    /** The beginning of a text, as many code points as there is room for. */
    public static String excerpt(String text, int limit) {
        return text.codePointCount(0, text.length()) <= limit
                ? escape(text)
                : escape(text.substring(0, text.offsetByCodePoints(0, limit - 1))) + "…";
    }

    /** As much of a text as stands beside its answer. */
    public static String excerpt(String text) {
        return excerpt(text, EXCERPT);
    }

    /** All of a text, what does not print written as {@code \\u001b}. */
    public static String escape(String text) {
        if (text.codePoints().allMatch(Printable::isPrintable)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(codePoint -> {
            if (isPrintable(codePoint)) {
                escaped.appendCodePoint(codePoint);
            } else {
                appendEscaped(escaped, codePoint);
            }
        });
        return escaped.toString();
    }

    /** A text of as many lines as it has; all else that does not print is escaped. */
    public static String lines(String text) {
        return Arrays.stream(text.split("\n", -1)).map(Printable::escape).collect(Collectors.joining("\n"));
    }

    /** A character as {@code \\n} or {@code \\u001b}: as JSON has it too. */
    public static void appendEscaped(StringBuilder escaped, int codePoint) {
        switch (codePoint) {
            case '\n' -> escaped.append("\\n");
            case '\r' -> escaped.append("\\r");
            case '\t' -> escaped.append("\\t");
            default -> {
                for (char unit : Character.toChars(codePoint)) {
                    escaped.append(String.format("\\u%04x", (int) unit));
                }
            }
        }
    }

    /**
     * Whether a character shows itself and nothing else. Controls command a terminal, C1 controls as well as ASCII's; formats
     * turn the direction of a whole line around, or hide; separators end a line where the program did not; half a surrogate pair
     * is not UTF-8.
     */
    public static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> isJoiner(codePoint);
            default -> true;
        };
    }

    /** The two formats that words are spelt with: between Persian letters, and between the parts of an emoji. */
    private static boolean isJoiner(int codePoint) {
        return codePoint == 0x200C || codePoint == 0x200D;
    }
}
