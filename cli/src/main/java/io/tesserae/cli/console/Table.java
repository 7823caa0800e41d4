package io.tesserae.cli.console;

import java.util.ArrayList;
import java.util.List;

/** Columns for people to read, as wide as they need to be. */
public final class Table {

    private final boolean[] rightAligned;
    private final int[] widths;
    private final List<String[]> rows = new ArrayList<>();

    /** Begins with a row of headings; the columns of those that begin with {@code >} are aligned to the right. */
    public Table(String... headings) {
        rightAligned = new boolean[headings.length];
        widths = new int[headings.length];
        String[] names = headings.clone();
        for (int column = 0; column < names.length; column++) {
            rightAligned[column] = names[column].startsWith(">");
            names[column] = rightAligned[column] ? names[column].substring(1) : names[column];
        }
        row(names);
    }

    public void row(String... cells) {
        for (int column = 0; column < cells.length; column++) {
            widths[column] = Math.max(widths[column], length(cells[column]));
        }
        rows.add(cells);
    }

    public void print(Output out) {
        for (String[] cells : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < cells.length; column++) {
                String space = " ".repeat(widths[column] - length(cells[column]));
                line.append(column == 0 ? "" : "  ")
                        .append(rightAligned[column] ? space + cells[column] : cells[column] + space);
            }
            out.line(line.toString().stripTrailing());
        }
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
