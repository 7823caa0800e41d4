package io.tesserae.pipelines.drawing;

/** Text of others, made harmless for a page. */
public final class Markup {

    private Markup() {}

    /** As the content of an HTML element or a quoted attribute. What may not stand there, or turns the line around, is dropped. */
    public static String html(String text) {
        StringBuilder html = new StringBuilder();
        text.codePoints().forEach(codePoint -> {
            switch (codePoint) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                case '\t', '\n', '\r' -> html.append(' ');
                default -> {
                    if (isShown(codePoint)) {
                        html.appendCodePoint(codePoint);
                    }
                }
            }
        });
        return html.toString();
    }

    private static boolean isShown(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** As a JSON string, with its quotes: plain ASCII, and none of it means anything to an HTML parser. */
    public static String json(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            boolean plain = c >= ' ' && c < 0x7F && "\"\\<>&'/".indexOf(c) < 0;
            if (plain) {
                json.append(c);
            } else {
                json.append("\\u%04x".formatted((int) c));
            }
        }
        return json.append('"').toString();
    }
}
