package io.tesserae.cli.output;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Printable;
import io.tesserae.tensor.Tensor;

/**
 * Vectors as CSV, by RFC 4180: the input, then the number of the token where there are several vectors for an input, then the
 * vector's numbers, with the digits of the JSON. The first line names the columns: {@code text,0,1,...} or {@code
 * text,token,0,1,...}.
 */
final class VectorTable implements VectorOutput {

    private final Console console;
    private final String input;
    private boolean begun;

    /** @param input what an input is: the first column's name */
    VectorTable(Console console, String input) {
        this.console = console;
        this.input = input;
    }

    @Override
    public void write(String name, Tensor vectors) {
        FiniteNumber.requireAll(vectors);
        int columns = vectors.dimension(-1);
        boolean several = vectors.rank() > 1;
        if (!begun) {
            StringBuilder names = new StringBuilder(input).append(several ? ",token" : "");
            for (int column = 0; column < columns; column++) {
                names.append(',').append(column);
            }
            line(names);
            begun = true;
        }
        // What a terminal is sent must not command it; a file has the text as it is.
        String first = quoted(console.terminals().out() ? Printable.escape(name) : name);
        for (int row = 0; row < vectors.size() / columns; row++) {
            StringBuilder line = new StringBuilder(first).append(several ? "," + row : "");
            for (int column = 0; column < columns; column++) {
                line.append(',').append(Json.repr(vectors.data()[row * columns + column]));
            }
            line(line);
        }
    }

    private void line(StringBuilder line) {
        console.out().line(line.append('\r'));
    }

    private static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
