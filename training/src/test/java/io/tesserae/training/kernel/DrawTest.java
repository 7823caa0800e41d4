package io.tesserae.training.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DrawTest {

    /** From {@code kat_vectors} of the Random123 library: threefry2x32, 20 rounds. */
    @Test
    void blocksAreThoseOfRandom123() {
        assertEquals(words(0x6b200159, 0x99ba4efe), Draw.block(0, 0, 0, 0));
        assertEquals(words(0x1cb996fc, 0xbb002be7), Draw.block(-1, -1, -1, -1));
        assertEquals(words(0xc4923a9c, 0x483df7a0), Draw.block(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3));
    }

    private static long words(int first, int second) {
        return first & 0xFFFFFFFFL | (long) second << 32;
    }

    @Test
    void placesAreTheWordsOfBlocks() {
        Draw draw = new Draw(1, 2, 3);
        assertEquals((int) Draw.block(1, 2, 0, 3), draw.bits(0));
        assertEquals((int) Draw.block(1, 2, 15, 3), draw.bits(15));
        assertEquals((int) (Draw.block(1, 2, 0, 3) >>> 32), draw.bits(16));
        assertEquals((int) Draw.block(1, 2, 16, 3), draw.bits(32));
        assertEquals((int) (Draw.block(1, 2, -1, 3) >>> 32), draw.bits(Draw.PLACES - 1));
        assertThrows(IndexOutOfBoundsException.class, () -> draw.bits(Draw.PLACES));
        assertThrows(IndexOutOfBoundsException.class, () -> draw.bits(-1));
    }

    @Test
    void seedStepPassAndSiteEachMakeAnotherDraw() {
        int bits = Draw.of(1, 2, 3, 4).bits(0);
        assertEquals(bits, Draw.of(1, 2, 3, 4).bits(0));
        assertNotEquals(bits, Draw.of(1L << 32 | 1, 2, 3, 4).bits(0));
        assertNotEquals(bits, Draw.of(1, 1L << 32 | 2, 3, 4).bits(0));
        assertNotEquals(bits, Draw.of(1, 2, 4, 4).bits(0));
        assertNotEquals(bits, Draw.of(1, 2, 3, 5).bits(0));
    }

    @Test
    void dropoutKeepsItsShareAndMakesUpForIt() {
        float[] ones = new float[1_000_000];
        Arrays.fill(ones, 1f);
        float[] out = new float[ones.length];
        for (float p : new float[] {0f, 0.1f, 0.5f, 0.9f}) {
            new VectorGradientKernels().dropout(Draw.of(42, 0, 0, 0), p, 0, ones, 0, ones.length, out, 0);
            int kept = 0;
            for (float value : out) {
                if (value != 0f) {
                    assertEquals(1 / (1 - p), value, 1e-6 * value);
                    kept++;
                }
            }
            double deviation = Math.sqrt(p * (1 - p) * ones.length);
            assertEquals((1 - p) * ones.length, kept, 4 * deviation, "p = " + p);
        }
    }

    @Test
    void dropoutLeavesOutTheSameInPartsAndForGradients() {
        GradientKernels kernels = new VectorGradientKernels();
        Draw draw = Draw.of(7, 3, 0, 12);
        float[] x = new float[1003];
        Arrays.fill(x, 3f);
        float[] whole = new float[x.length];
        kernels.dropout(draw, 0.3f, 64, x, 0, x.length, whole, 0);
        float[] parts = new float[x.length];
        for (int from = 0, size = 32; from < x.length; from += size) {
            kernels.dropout(draw, 0.3f, 64 + from, x, from, Math.min(size, x.length - from), parts, from);
        }
        assertArrayEquals(whole, parts);
        float[] gradient = new float[x.length];
        Arrays.fill(gradient, -2f);
        kernels.dropout(draw, 0.3f, 64, gradient, 0, x.length, gradient, 0);
        for (int i = 0; i < x.length; i++) {
            assertEquals(draw.uniform(64 + i) >= 0.3f, whole[i] != 0f);
            assertEquals(whole[i] != 0f, gradient[i] != 0f);
        }
    }

    @Test
    void dropoutRefusesWhatWouldBeAnotherDraw() {
        for (GradientKernels kernels :
                new GradientKernels[] {new ScalarGradientKernels(), new VectorGradientKernels()}) {
            Draw draw = new Draw(1, 2, 3);
            float[] x = new float[64];
            assertThrows(IllegalArgumentException.class, () -> kernels.dropout(draw, 1f, 0, x, 0, 64, x, 0));
            assertThrows(IllegalArgumentException.class, () -> kernels.dropout(draw, Float.NaN, 0, x, 0, 64, x, 0));
            assertThrows(IllegalArgumentException.class, () -> kernels.dropout(draw, 0.1f, 16, x, 0, 64, x, 0));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> kernels.dropout(draw, 0.1f, Draw.PLACES - 32, x, 0, 64, x, 0));
        }
    }
}
