package io.tesserae.family.idefics3;

import io.tesserae.model.ImageExtent;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.Tensor;

/**
 * The patches of a tile, those with a real pixel in the upper left corner. A tile is a sequence in which those come first: so what
 * attention sees is an interval. Where nothing is padded, that is reading order.
 *
 * @param rows patches below each other
 * @param columns patches beside each other
 * @param realRows how many of the rows have a real pixel; 1 or more
 * @param realColumns likewise
 */
record TileGrid(int rows, int columns, int realRows, int realColumns) {

    /**
     * That of a tile.
     *
     * @param tile {@code [channels, height, width]}, with one patch at least
     */
    static TileGrid of(ImageGrid patches, Tensor tile, ImageExtent extent) {
        int rows = tile.dimension(1) / patches.patchHeight();
        int columns = tile.dimension(2) / patches.patchWidth();
        // Of the pixels at the lower and right edge that fill no patch, some may be real.
        int realRows = Math.min(rows, Math.ceilDiv(extent.height(), patches.patchHeight()));
        int realColumns = Math.min(columns, Math.ceilDiv(extent.width(), patches.patchWidth()));
        return new TileGrid(rows, columns, realRows, realColumns);
    }

    /** How many patches there are. */
    int patches() {
        return rows * columns;
    }

    /** How many of them have a real pixel. */
    int realPatches() {
        return realRows * realColumns;
    }

    /** Whether some have none. */
    boolean isPadded() {
        return realPatches() < patches();
    }

    /** Where in the tile's sequence a patch is. */
    int place(int row, int column) {
        if (row >= realRows) {
            return row * columns + column; // all patches of the rows above come before it
        }
        return column < realColumns
                ? row * realColumns + column
                : realPatches() + row * (columns - realColumns) + column - realColumns;
    }
}
