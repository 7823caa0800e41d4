package io.tesserae.examples.generalist;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A picture of characters; what is outside of it is left out. */
final class TextCanvas {

    private final char[][] rows;

    TextCanvas(int width, int height) {
        rows = new char[height][width];
        for (char[] row : rows) {
            Arrays.fill(row, ' ');
        }
    }

    void set(int x, int y, char character) {
        if (y >= 0 && y < rows.length && x >= 0 && x < rows[y].length) {
            rows[y][x] = character;
        }
    }

    /** A line of characters from one place to another, both included. */
    void line(int fromX, int fromY, int toX, int toY, char character) {
        int steps = Math.max(1, Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY)));
        for (int step = 0; step <= steps; step++) {
            set(
                    fromX + Math.round((toX - fromX) * step / (float) steps),
                    fromY + Math.round((toY - fromY) * step / (float) steps),
                    character);
        }
    }

    /** The rows, without the blanks at their ends. */
    @Override
    public String toString() {
        return Arrays.stream(rows).map(row -> new String(row).stripTrailing()).collect(Collectors.joining("\n"));
    }
}
