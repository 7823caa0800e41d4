package io.tesserae.loaders.processor;

import io.tesserae.arguments.Arguments;
import io.tesserae.tensor.Tensor;

/**
 * A picture as a model is fed it that reads large pictures tile by tile. Every tile is full: its pixel attention mask, in the
 * reference, is all ones.
 *
 * @param pixelValues {@code [tiles, 3, side, side]}: the tiles of the grid, row by row, and then all of the picture; only that
 *     if it is not cut
 * @param grid in how many rows and columns
 */
public record TiledPicture(Tensor pixelValues, TileGrid grid) {

    /** Checks that there are as many tiles as the grid has. */
    public TiledPicture {
        Arguments.require(pixelValues, "pixelValues");
        Arguments.require(grid, "grid");
        if (pixelValues.rank() != 4 || pixelValues.dimension(0) != grid.tiles()) {
            throw new IllegalArgumentException("pixelValues: expected [" + grid.tiles() + ", 3, side, side] for " + grid
                    + ", found " + pixelValues);
        }
    }
}
