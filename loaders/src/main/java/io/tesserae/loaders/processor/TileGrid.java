package io.tesserae.loaders.processor;

/**
 * Into how many tiles a picture is cut. A picture that is cut has one tile more than these: all of it once again, made
 * small.
 *
 * @param rows of tiles; 0 if the picture is not cut, and is a single tile
 * @param columns of tiles; 0 if the picture is not cut
 */
public record TileGrid(int rows, int columns) {

    /** A picture that is not cut. */
    public static final TileGrid WHOLE = new TileGrid(0, 0);

    /** Checks that either both are 0 or none is. */
    public TileGrid {
        if (rows < 0 || columns < 0 || (rows == 0) != (columns == 0)) {
            throw new IllegalArgumentException(
                    "a picture is cut into 1 or more rows and columns of tiles, or 0 rows and 0 columns if it is not"
                            + " cut, found " + rows + " and " + columns);
        }
    }

    /** Whether the picture is cut. */
    public boolean isCut() {
        return rows > 0;
    }

    /** How many tiles a model is fed: those of the grid, and the whole picture; 1 if it is not cut. */
    public long tiles() {
        return (long) rows * columns + 1;
    }
}
