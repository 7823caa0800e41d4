package io.tesserae.benchmarks;

/** A drawing, written element by element. */
final class Svg {

    private final StringBuilder text = new StringBuilder();

    /** An empty drawing of this size, with this style sheet and this title for those who cannot see it. */
    Svg(int width, int height, String style, String title) {
        text.append("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
                <title>%s</title>
                <style>
                %s</style>
                """.formatted(width, height, width, height, escape(title), escape(style)));
    }

    Svg rectangle(String styleClass, double x, double y, double width, double height) {
        text.append("<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>%n"
                .formatted(escape(styleClass), number(x), number(y), number(width), number(height)));
        return this;
    }

    Svg line(String styleClass, double x1, double y1, double x2, double y2) {
        text.append("<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>%n"
                .formatted(escape(styleClass), number(x1), number(y1), number(x2), number(y2)));
        return this;
    }

    Svg text(String styleClass, double x, double y, String content) {
        text.append("<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>%n"
                .formatted(escape(styleClass), number(x), number(y), escape(content)));
        return this;
    }

    /** What XML reserves, as it has to be written. */
    static String escape(String content) {
        return content.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** A tenth of a pixel is finer than any eye. */
    private static String number(double value) {
        return MarkdownTable.number("%.1f", value);
    }

    @Override
    public String toString() {
        return text + "</svg>\n";
    }
}
