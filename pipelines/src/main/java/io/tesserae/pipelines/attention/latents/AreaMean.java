package io.tesserae.pipelines.attention.latents;

import io.tesserae.pipelines.attention.Heatmap;

/**
 * A map with more cells than it is drawn in pixels, made smaller: what lies on a pixel is averaged. Otherwise a cell between two
 * pixels would not be drawn, however much it is read.
 */
final class AreaMean {

    private AreaMean() {}

    /** The map itself, or one of at most so many rows and columns. */
    static Heatmap reduced(Heatmap map, int mostRows, int mostColumns) {
        int rows = Math.clamp(mostRows, 1, map.rows());
        int columns = Math.clamp(mostColumns, 1, map.columns());
        if (rows == map.rows() && columns == map.columns()) {
            return map;
        }
        double[] narrow = new double[map.rows() * columns]; // [rows of the map, columns]
        for (int row = 0; row < map.rows(); row++) {
            for (int column = 0; column < map.columns(); column++) {
                double value = map.get(row, column);
                int line = row * columns;
                spread(column, map.columns(), columns, (to, part) -> narrow[line + to] += value * part);
            }
        }
        double[] small = new double[rows * columns];
        for (int row = 0; row < map.rows(); row++) {
            int line = row * columns;
            spread(row, map.rows(), rows, (to, part) -> {
                for (int column = 0; column < columns; column++) {
                    small[to * columns + column] += narrow[line + column] * part;
                }
            });
        }
        float[] values = new float[small.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) small[i];
        }
        return new Heatmap(rows, columns, values);
    }

    /** What part of a cell of the mean another cell is. */
    private interface Parts {
        void add(int to, double part);
    }

    /** One of so many cells, laid on fewer of the same length together: it lies on one of them, or on two. */
    private static void spread(int cell, int cells, int fewer, Parts parts) {
        double scale = (double) fewer / cells;
        int first = (int) ((long) cell * fewer / cells);
        int last = (int) (((cell + 1L) * fewer - 1) / cells);
        if (first == last) {
            parts.add(first, scale);
        } else {
            parts.add(first, last - cell * scale);
            parts.add(last, (cell + 1) * scale - last);
        }
    }
}
