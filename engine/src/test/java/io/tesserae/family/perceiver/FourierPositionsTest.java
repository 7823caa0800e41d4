package io.tesserae.family.perceiver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What transformers' {@code generate_fourier_features} answers, on the same numbers. */
class FourierPositionsTest {

    private final FourierPositions positions = new FourierPositions(3, 7, 224);

    /** {@code torch.linspace} to the bit; the angles to the bit, and their sines to one rounding. */
    @Test
    void aGridOfThreeTimesFour() {
        FourierPositions.Grid grid = positions.grid(3, 4);
        assertEquals(12, grid.places());
        assertEquals(14, positions.channels());
        assertFeatures(grid, 0, new float[] {
            -0x1p0f,
            -0x1p0f,
            0x1.777a5cp-24f,
            -0x1.6a09e6p-1f,
            0x1p0f,
            0x1.777a5cp-24f,
            -0x1p0f,
            -0x1.644588p-16f,
            -0x1p0f,
            0x1.6a09e6p-1f,
            0x1.644588p-21f,
            -0x1p0f,
            0x1.90bf3ep-23f,
            0x1p0f
        });
        assertFeatures(grid, 5, new float[] {
            0,
            -0x1.555554p-2f,
            0,
            0,
            0,
            -0x1.bb67acp-1f,
            -0x1.000026p-1f,
            0x1.bb67a6p-1f,
            1,
            1,
            1,
            0x1.000002p-1f,
            -0x1.bb6798p-1f,
            -0x1.00001p-1f
        });
    }

    private void assertFeatures(FourierPositions.Grid grid, int place, float[] expected) {
        float[] features = new float[positions.channels() + 2];
        grid.copy(place, features, 1);
        for (int i = 0; i < expected.length; i++) {
            float found = features[i + 1];
            assertEquals(expected[i], found, 6e-8f, "feature " + i + " of place " + place);
        }
        assertEquals(0, features[0]);
        assertEquals(0, features[expected.length + 1]);
    }

    @Test
    void stepsAreThoseOfTorch() {
        assertArrayEquals(new float[] {-1, -0.5f, 0, 0.5f, 1}, FourierPositions.linspace(-1, 1, 5));
        float[] many = FourierPositions.linspace(-1, 1, 224);
        assertEquals(-0x1.fb6878p-1f, many[1]);
        assertEquals(-0x1.25e15p-8f, many[111]);
        assertEquals(0x1.25e15p-8f, many[112]);
        assertEquals(0x1.fb6878p-1f, many[222]);
        assertArrayEquals(new float[] {-1}, FourierPositions.linspace(-1, 1, 1));
    }

    /** Places of outputs begin at -1 and end one step before 1. */
    @Test
    void placesOfOutputsStopBeforeTheEnd() {
        float[] features = new float[positions.channels()];
        positions.gridOfOutputs(4, 5).copy(19, features, 0);
        assertEquals(0.5f, features[0]);
        assertEquals(0.6f, features[1], 1e-7f);
    }

    @Test
    void theLastGridIsKept() {
        LastGrid grids = new LastGrid(positions);
        FourierPositions.Grid grid = grids.of(3, 4);
        assertTrue(grid == grids.of(3, 4));
        assertEquals(20, grids.of(5, 4).places());
        assertEquals(12, grids.of(3, 4).places());
    }
}
