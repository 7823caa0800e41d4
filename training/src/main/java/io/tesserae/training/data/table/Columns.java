package io.tesserae.training.data.table;

import io.tesserae.arguments.Arguments;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which header names which column. Where nothing is said, columns are recognised by their names; where something is said, optional
 * columns, as a second text, are those alone that are named here.
 *
 * @param headers a file's own name for a column
 */
public record Columns(Map<Column, String> headers) {

    /** All columns recognised by their names. */
    public static final Columns RECOGNISED = new Columns(Map.of());

    /** Keeps its own copy. */
    public Columns {
        headers = Map.copyOf(Arguments.require(headers, "headers"));
    }

    /**
     * Reads a mapping as it is written on a command line: {@code text=sentence_A,text_pair=sentence_B,label=judgment}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Columns parse(String mapping) {
        Map<Column, String> headers = new LinkedHashMap<>();
        for (String part : Arguments.require(mapping, "columns").split(",", -1)) {
            int equals = part.indexOf('=');
            String spelling = equals < 0 ? part : part.substring(0, equals);
            Column column = Arrays.stream(Column.values())
                    .filter(candidate -> candidate.spelling().equals(spelling))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("columns: expected one of "
                            + Arrays.stream(Column.values())
                                    .map(Column::spelling)
                                    .collect(Collectors.joining(", "))
                            + ", as in text=sentence_A,label=judgment, found \"" + part + '"'));
            if (equals < 0 || equals == part.length() - 1) {
                throw new IllegalArgumentException("columns: expected " + spelling + "=HEADER, found \"" + part + '"');
            }
            if (headers.put(column, part.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("columns: " + spelling + " stands twice");
            }
        }
        return new Columns(headers);
    }
}
