package io.tesserae.training.data.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Files with tabs between fields, as GLUE's: a quotation mark is a character like any other. */
final class TabSeparated {

    private TabSeparated() {}

    static Table read(FileText text) {
        List<String> lines = text.lines();
        List<String> header = Table.requireDistinct(fields(lines.getFirst()), text.at(1));
        List<Row> rows = new ArrayList<>(lines.size());
        for (int line = 1; line < lines.size(); line++) {
            rows.add(Row.ofFields(header, fields(lines.get(line)), text.at(line + 1L)));
        }
        if (rows.isEmpty()) {
            throw Table.noRows(text.file());
        }
        return new Table(text.file(), header, rows);
    }

    private static List<String> fields(String line) {
        return Arrays.asList(line.split("\t", -1));
    }
}
