package io.tesserae.kernel;

/**
 * How a kernel cuts a matrix product into tiles: so many rows of activations by two vectors of weight columns, each tile's
 * sums held in registers from the first product to the last.
 *
 * <p>Full tiles have {@link #rows()} rows; what is left over at the end is covered by tiles of two thirds or one third of
 * that, so that few of a tile's rows are idle: 16 rows are 8 + 8, not 12 + 4, since four rows alone would leave the
 * multipliers waiting for their own results.
 *
 * @param rows rows of a full tile; a multiple of three, or 1 for the scalar kernels
 * @param lanes columns of one vector; a tile is two vectors wide, or one column where {@code lanes} is 1
 */
public record TileShape(int rows, int lanes) {

    /** Columns of a tile. */
    int columns() {
        return lanes == 1 ? 1 : 2 * lanes;
    }

    /** The rows of the next tile when this many rows are left: at least as many as it covers, so the last may be idle in part. */
    int nextRows(int rowsLeft) {
        int third = rows / 3;
        if (rowsLeft >= rows) {
            return rowsLeft > rows && rowsLeft <= rows + third ? 2 * third : rows;
        }
        return rowsLeft <= third ? third : rowsLeft <= 2 * third ? 2 * third : rows;
    }

    /** The rows that tiles over {@code count} rows cover together: {@code count}, or a little more. */
    int coveredRows(int count) {
        int covered = 0;
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
        boolean lastOfTwoShort = tile > 0 && tile == tilesOver(rowCount) - 1 && left > 0 && left <= rows / 3;
        return tile * rows - (lastOfTwoShort ? rows / 3 : 0);
    }

    /** How many of the tiles over {@code rowCount} rows are full ones; these come first. */
    int fullTilesOver(int rowCount) {
        int left = rowCount % rows;
        return rowCount / rows + (left > 2 * (rows / 3) ? 1 : rowCount > rows && left > 0 && left <= rows / 3 ? -1 : 0);
    }
}
