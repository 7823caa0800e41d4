package io.tesserae.kernel;

/**
 * Which rows and columns of a product are computed.
 *
 * @param firstRow the first row; {@code x}, {@code out} and a residual stream have it at the same place
 * @param rows how many rows
 * @param firstColumn where the columns begin that are wanted; some before it, to the next whole tile, are computed too
 * @param endColumn where they end
 * @param partColumns columns of each of the parts that lie side by side in the weight, as queries, keys and values do: the same
 *     place in every part goes to the same thread, which finds it in its cache when all of them meet
 */
public record ProductExtent(int firstRow, int rows, int firstColumn, int endColumn, int partColumns) {

    /** All columns of the first rows, in one part. */
    public static ProductExtent whole(int rows, int columns) {
        return new ProductExtent(0, rows, 0, columns, columns);
    }

    /** How many columns are wanted. */
    int columns() {
        return endColumn - firstColumn;
    }
}
