package io.tesserae.family.idefics3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.model.ImageExtent;
import io.tesserae.model.ImageGrid;
import io.tesserae.tensor.Tensor;
import java.util.BitSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TileGridTest {

    /** Each place is taken once, and the first by the patches that have a real pixel, in reading order. */
    @Property
    void realPatchesComeFirst(
            @ForAll @IntRange(min = 1, max = 9) int rows,
            @ForAll @IntRange(min = 1, max = 9) int columns,
            @ForAll @IntRange(min = 1, max = 9) int realRows,
            @ForAll @IntRange(min = 1, max = 9) int realColumns) {
        TileGrid grid = new TileGrid(rows, columns, Math.min(rows, realRows), Math.min(columns, realColumns));
        BitSet taken = new BitSet();
        int next = 0;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int place = grid.place(row, column);
                assertFalse(taken.get(place));
                taken.set(place);
                if (row < grid.realRows() && column < grid.realColumns()) {
                    assertEquals(next++, place);
                }
            }
        }
        assertEquals(grid.patches(), taken.cardinality());
        assertEquals(grid.patches(), taken.length());
        assertEquals(grid.realPatches(), next);
    }

    /** A patch counts if one pixel of it is real; what fills no patch does not. */
    @Example
    void patchesWithAPixelAreReal() {
        ImageGrid patches = new ImageGrid(32, 32, 8, 8);
        Tensor tile = Tensor.zeros(3, 35, 33);
        assertEquals(new TileGrid(4, 4, 2, 1), TileGrid.of(patches, tile, new ImageExtent(9, 8)));
        TileGrid whole = TileGrid.of(patches, tile, new ImageExtent(35, 33));
        assertEquals(new TileGrid(4, 4, 4, 4), whole);
        assertFalse(whole.isPadded());
        assertTrue(TileGrid.of(patches, tile, new ImageExtent(24, 32)).isPadded());
    }
}
