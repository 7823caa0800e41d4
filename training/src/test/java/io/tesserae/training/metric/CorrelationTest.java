package io.tesserae.training.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Recorded values are SciPy 1.17's. */
class CorrelationTest {

    private static final float[] FIRST = {2.5f, 3.75f, 0, 5, 4.25f, 1.5f, 3.75f, 2};
    private static final float[] SECOND = {2, 3.5f, 0.5f, 4.75f, 4.75f, 2.25f, 3, 2};

    @Test
    void recorded() {
        assertEquals(0.9477370870748449, Correlation.pearson(FIRST, SECOND), 1e-14);
        assertEquals(0.9091076054353294, Correlation.spearman(FIRST, SECOND), 1e-14);
        assertEquals(0.25, RegressionError.meanSquared(FIRST, SECOND));
    }

    @Test
    void equalNumbersShareTheirRanks() {
        assertArrayEquals(new double[] {2.5, 1, 2.5, 4.5, 4.5}, Correlation.ranks(new double[] {0.0, -3, -0.0, 7, 7}));
    }

    @Test
    void noAnswerIsNaN() {
        // A third of 0.1 + 0.1 + 0.1 is not 0.1: the mean alone would not show that the numbers are equal.
        float[] constant = {0.1f, 0.1f, 0.1f};
        float[] other = {1, 2, 3};
        assertTrue(Double.isNaN(Correlation.pearson(constant, other)));
        assertTrue(Double.isNaN(Correlation.spearman(other, constant)));
        assertTrue(Double.isNaN(Correlation.pearson(new float[] {1}, new float[] {2})));
        float[] broken = {1, Float.NaN, 2};
        assertTrue(Double.isNaN(Correlation.pearson(broken, other)));
        assertTrue(Double.isNaN(Correlation.spearman(broken, other)));
        float[] infinite = {1, 2, Float.POSITIVE_INFINITY};
        assertTrue(Double.isNaN(Correlation.pearson(infinite, other)));
        assertEquals(1, Correlation.spearman(infinite, other), 1e-15);
    }

    @Property(tries = 300)
    void boundsAndSymmetry(@ForAll @Size(9) int[] one, @ForAll @Size(9) int[] other) {
        float[] first = small(one, 8);
        float[] second = small(other, 8);
        double pearson = Correlation.pearson(first, second);
        double spearman = Correlation.spearman(first, second);
        assertEquals(pearson, Correlation.pearson(second, first), 1e-12);
        assertEquals(spearman, Correlation.spearman(second, first), 1e-12);
        assertTrue(Double.isNaN(pearson) || Math.abs(pearson) <= 1);
        assertEquals(spearman, Correlation.spearman(small(one, 2), second), 1e-12);
    }

    /** Exact in float, so that numbers that differ stay different at any unit, and in their order. */
    private static float[] small(int[] numbers, int unit) {
        float[] small = new float[numbers.length];
        for (int i = 0; i < small.length; i++) {
            small[i] = (float) (numbers[i] % 1000) / unit;
        }
        return small;
    }
}
