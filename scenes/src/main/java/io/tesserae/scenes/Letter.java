package io.tesserae.scenes;

/** The letters and digits, as cells of five columns and seven rows. */
enum Letter {
    A(".###.", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"),
    S(".####", "#....", "#....", ".###.", "....#", "....#", "####."),
    T("#####", "..#..", "..#..", "..#..", "..#..", "..#..", "..#.."),
    FOUR("...#.", "..##.", ".#.#.", "#..#.", "#####", "...#.", "...#."),
    SEVEN("#####", "....#", "...#.", "...#.", "..#..", "..#..", "..#..");

    private static final int COLUMNS = 5;
    private static final int ROWS = 7;

    private final String[] cells;

    Letter(String... cells) {
        this.cells = cells;
    }

    Outline in(Font font) {
        return (x, y) -> {
            double column = (x + font.slant() * y) * ROWS / 2 + COLUMNS / 2.0;
            double row = (y + 1) * ROWS / 2;
            double reach = font.reach();
            return filled(column, row) || reach > 0 && (filled(column - reach, row) || filled(column + reach, row));
        };
    }

    private boolean filled(double column, double row) {
        return column >= 0
                && column < COLUMNS
                && row >= 0
                && row < ROWS
                && cells[(int) row].charAt((int) column) == '#';
    }
}
