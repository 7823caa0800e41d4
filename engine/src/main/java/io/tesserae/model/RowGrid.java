package io.tesserae.model;

/**
 * Where the rows lie that latents read of a picture: cells of one size side by side, row by row.
 *
 * <p>Where the cells lie is said in shares of the picture's width and height. A row that a convolution made has seen more of the picture
 * than its cell, whose middle is the middle of what it has seen.
 *
 * @param rows cells from top to bottom, 1 or more
 * @param columns cells from left to right, 1 or more
 * @param left edge of the first column
 * @param top edge of the first row
 * @param width of all columns together
 * @param height of all rows together
 */
public record RowGrid(int rows, int columns, double left, double top, double width, double height) {

    /** Refuses a grid without cells, or without a size. */
    public RowGrid {
        if (rows < 1 || columns < 1 || (long) rows * columns > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "grid: expected 1 cell or more each way, and not more than an int counts, found " + rows + " x "
                            + columns);
        }
        boolean finite = Double.isFinite(left) && Double.isFinite(top);
        if (!finite
                || !(width > 0
                        && width < Double.POSITIVE_INFINITY
                        && height > 0
                        && height < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("grid: expected a place and a size above 0, found " + left + ", " + top
                    + " and " + width + " x " + height);
        }
    }

    /** A cell for every pixel. */
    public static RowGrid ofPixels(int height, int width) {
        return new RowGrid(height, width, 0, 0, 1, 1);
    }

    /** How many cells there are. */
    public int cells() {
        return rows * columns;
    }
}
