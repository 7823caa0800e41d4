package io.tesserae.kernel;

/**
 * How a kernel cuts a matrix product into tiles: so many rows of activations by a few vectors of weight columns, each tile's
 * sums held in registers from the first product to the last.
 *
 * <p>Full tiles have {@link #rows()} rows. Where that is a multiple of three, what is left over at the end is covered by tiles of
 * two thirds or one third of it, so that few of a tile's rows are idle: 16 rows are 8 + 8, not 12 + 4, since four rows by two
 * vectors would leave the multipliers waiting for their own results. Other tiles are all of one height.
 *
 * @param rows rows of a full tile
 * @param vectors vectors of columns that lie side by side in a tile
 * @param lanes columns of one vector
 */
public record TileShape(int rows, int vectors, int lanes) {

    /** Columns of a tile. */
    int columns() {
        return vectors * lanes;
    }

    /** What tiles may be shorter by, or 0 where they are all of one height. */
    private int third() {
        return rows % 3 == 0 ? rows / 3 : 0;
    }

    /** The rows of the next tile when this many rows are left: at least as many as it covers, so the last may be idle in part. */
    int nextRows(int rowsLeft) {
        int third = third();
        if (rowsLeft >= rows) {
            return rowsLeft > rows && rowsLeft <= rows + third ? 2 * third : rows;
        }
        return rowsLeft <= third ? third : rowsLeft <= 2 * third ? 2 * third : rows;
    }

    /** The rows that tiles over {@code count} rows cover together: {@code count}, or a little more. */
    int coveredRows(int count) {
        int covered = Math.max(0, count / rows - 1) * rows; // where two full tiles are left, the next is one
        while (covered < count) {
            covered += nextRows(count - covered);
        }
        return covered;
    }

    /** {@code count} columns, rounded up to whole tiles. */
    int coveredColumns(int count) {
        return Math.ceilDiv(count, columns()) * columns();
    }

    /** How many tiles cover so many rows. */
    int tilesOver(int rowCount) {
        return Math.ceilDiv(rowCount, rows);
    }

    /** The first row of one of the tiles over {@code rowCount} rows. */
    int tileStart(int rowCount, int tile) {
        int left = rowCount % rows;
        boolean lastOfTwoShort = tile > 0 && tile == tilesOver(rowCount) - 1 && left > 0 && left <= third();
        return tile * rows - (lastOfTwoShort ? third() : 0);
    }

    /** How many of the tiles over {@code rowCount} rows are full ones; these come first. */
    int fullTilesOver(int rowCount) {
        int left = rowCount % rows;
        return rowCount / rows + (left > 2 * third() ? 1 : rowCount > rows && left > 0 && left <= third() ? -1 : 0);
    }
}
