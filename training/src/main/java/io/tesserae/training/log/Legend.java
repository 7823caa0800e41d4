package io.tesserae.training.log;

/** The names of curves in rows above a panel, as many in a row as find room. */
final class Legend {

    static final int ROW = 20;

    private static final int SAMPLE = 18;
    private static final int GAP = 22;
    private static final int WIDEST_NAME = 360;

    private final SvgDrawing svg;
    private double x = Panel.LEFT;
    private double y;

    Legend(SvgDrawing svg, double top) {
        this.svg = svg;
        this.y = top + ROW / 2.0;
    }

    /** Adds a name and a piece of its line. */
    void add(String styleClass, String name) {
        String shown = shortened(name, WIDEST_NAME);
        place(SAMPLE + 6 + width(shown));
        svg.line(styleClass, x, y, x + SAMPLE, y).text("legend", x + SAMPLE + 6, y + 4, shown);
        x += SAMPLE + 6 + width(shown) + GAP;
    }

    /** Adds words that belong to no line. */
    void addWords(String words) {
        place(width(words));
        svg.text("legend", x, y + 4, words);
        x += width(words) + GAP;
    }

    /** Where the last row ends. */
    double bottom() {
        return y + ROW / 2.0;
    }

    private void place(double width) {
        if (x > Panel.LEFT && x + width > Panel.LEFT + Panel.WIDTH) {
            x = Panel.LEFT;
            y += ROW;
        }
    }

    /** As much of a text as fits, by the widths of letters of 12 pixels. */
    static String shortened(String text, double room) {
        if (width(text) <= room) {
            return text;
        }
        int end = text.length();
        while (end > 0 && width(text.substring(0, end)) + width("…") > room) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end) + "…";
    }

    /** What a text may need at most: nobody knows the reader's font, so each letter counts as a wide one. */
    private static double width(String text) {
        return text.codePoints()
                .mapToDouble(point -> point >= 0x300 ? 13 : Character.isUpperCase(point) ? 9.5 : 7.2)
                .sum();
    }
}
