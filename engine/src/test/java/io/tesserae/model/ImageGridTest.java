package io.tesserae.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ImageGridTest {

    @Test
    void pixelsThatAreLeftOverBelongToNoPatch() {
        ImageGrid grid = new ImageGrid(33, 50, 8, 16);
        assertEquals(4, grid.gridHeight());
        assertEquals(3, grid.gridWidth());
        assertEquals(12, grid.patchesIn(33, 50));
        assertEquals(0, grid.patchesIn(7, 50));
        long rows = Integer.MAX_VALUE / 8;
        long columns = Integer.MAX_VALUE / 16;
        assertEquals(rows * columns, grid.patchesIn(Integer.MAX_VALUE, Integer.MAX_VALUE));
    }

    @Test
    void noModelIsMadeForMorePatchesThanAreTaken() {
        assertEquals(128, new ImageGrid(2048, 2048, 16, 16).gridWidth());
        String message = assertThrows(IllegalArgumentException.class, () -> new ImageGrid(2048, 2064, 16, 16))
                .getMessage();
        assertEquals("a picture of 2048 x 2064 pixels has 16512 patches of 16 x 16; at most 16384 are taken", message);
    }
}
