package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TileShapeTest {

    @Property
    void tilesCoverAllRowsOnce(@ForAll @IntRange(min = 1, max = 400) int rowCount) {
        for (TileShape shape : new TileShape[] {
            new TileShape(1, 1, 1),
            new TileShape(1, 2, 16),
            new TileShape(4, 4, 16),
            new TileShape(6, 2, 8),
            new TileShape(12, 2, 16)
        }) {
            int row = 0;
            int tile = 0;
            int full = 0;
            while (row < rowCount) {
                assertEquals(row, shape.tileStart(rowCount, tile++));
                int rows = shape.nextRows(rowCount - row);
                assertTrue(rows >= 1 && rows <= shape.rows());
                full += rows == shape.rows() ? 1 : 0;
                row += rows;
            }
            assertEquals(full, shape.fullTilesOver(rowCount));
            assertEquals(tile, shape.tilesOver(rowCount));
            assertEquals(row, shape.coveredRows(rowCount));
            int shortest = shape.rows() % 3 == 0 ? shape.rows() / 3 : shape.rows();
            assertTrue(row - rowCount < shortest, "no whole tile is idle");
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "4, 4", "5, 8", "9, 12", "12, 12", "13, 8", "16, 8", "17, 12", "128, 12"})
    void sixteenRowsAreTwoTilesOfEight(int rowsLeft, int rows) {
        assertEquals(rows, new TileShape(12, 2, 16).nextRows(rowsLeft));
    }
}
