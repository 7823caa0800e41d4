package io.tesserae.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table in Markdown, row by row. */
final class MarkdownTable {

    private final List<String> lines = new ArrayList<>();
    private final int columns;

    /**
     * An empty table.
     *
     * @param names how many of the first columns hold names, which are flush left; numbers are flush right
     */
    MarkdownTable(int names, List<String> header) {
        columns = header.size();
        add(header);
        lines.add("|---".repeat(names) + "|--:".repeat(columns - names) + "|");
    }

    void add(List<String> cells) {
        if (cells.size() != columns) {
            throw new IllegalArgumentException("expected " + columns + " cells, found " + cells);
        }
        lines.add("| " + String.join(" | ", cells) + " |");
    }

    static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    static String percent(double share) {
        return number("%.0f %%", 100 * share);
    }

    @Override
    public String toString() {
        return String.join("\n", lines) + "\n";
    }
}
