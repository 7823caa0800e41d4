package io.tesserae.cli;

/** Makes text from outside fit for a terminal: one line, without characters that would command it. */
final class Printable {

    private static final int MESSAGE_LIMIT = 2_000;

    private static final int EXCERPT = 72;

    private Printable() {}

    /** A message, cut where it is longer than anybody would read. */
    static String line(String text) {
        return excerpt(text, MESSAGE_LIMIT);
    }

    /** The beginning of a text, as many code points as there is room for. */
    static String excerpt(String text, int limit) {
        return text.codePointCount(0, text.length()) <= limit
                ? escape(text)
                : escape(text.substring(0, text.offsetByCodePoints(0, limit - 1))) + "…";
    }

    /** As much of a text as stands beside its answer. */
    static String excerpt(String text) {
        return excerpt(text, EXCERPT);
    }

    /** All of a text, what does not print written as {@code \\u001b}. */
    static String escape(String text) {
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

    private static void appendEscaped(StringBuilder escaped, int codePoint) {
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

    /** Formats are not: among them are those that turn the direction of a whole line around. */
    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> codePoint == 0x200D; // joins the parts of an emoji
            default -> true;
        };
    }
}
