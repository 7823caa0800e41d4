package io.tesserae.training.log;

import java.util.Locale;

/** A drawing, written element by element. */
final class SvgDrawing {

    private final StringBuilder elements = new StringBuilder();

    SvgDrawing line(String styleClass, double x1, double y1, double x2, double y2) {
        elements.append("<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
                .formatted(styleClass, number(x1), number(y1), number(x2), number(y2)));
        return this;
    }

    SvgDrawing circle(String styleClass, double x, double y, double radius) {
        elements.append("<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\"/>\n"
                .formatted(styleClass, number(x), number(y), number(radius)));
        return this;
    }

    SvgDrawing path(String styleClass, String data) {
        elements.append("<path class=\"%s\" d=\"%s\"/>\n".formatted(styleClass, data));
        return this;
    }

    SvgDrawing text(String styleClass, double x, double y, String content) {
        elements.append("<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n"
                .formatted(styleClass, number(x), number(y), escape(content)));
        return this;
    }

    /** The whole file: of this size, with this style sheet, and this title for those who cannot see it. */
    String toFile(int width, int height, String style, String title) {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
                <title>%s</title>
                <style>
                %s</style>
                %s</svg>
                """.formatted(width, height, width, height, escape(title), style, elements);
    }

    /** A tenth of a pixel is finer than any eye. */
    static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** What XML reserves as it has to be written, and what it cannot hold at all replaced. */
    static String escape(String content) {
        StringBuilder escaped = new StringBuilder();
        content.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(isXml(point) ? point : 0xFFFD);
            }
        });
        return escaped.toString();
    }

    /** XML 1.0's Char, without line ends: a label has one line. */
    private static boolean isXml(int point) {
        return point >= 0x20
                && !(point >= 0x7F && point <= 0x9F)
                && !(point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)
                && point != 0xFFFE
                && point != 0xFFFF;
    }
}
