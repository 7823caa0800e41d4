package io.tesserae.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SimilarityFunctionTest {

    private static final float[] A = {3, 0, -4};
    private static final float[] B = {0, 2, 0};

    @Test
    void byHand() {
        assertEquals(0f, SimilarityFunction.COSINE.similarity(A, B));
        assertEquals(1f, SimilarityFunction.COSINE.similarity(A, new float[] {6, 0, -8}), 1e-7f);
        assertEquals(-1f, SimilarityFunction.COSINE.similarity(A, new float[] {-3, 0, 4}), 1e-7f);
        assertEquals(0f, SimilarityFunction.COSINE.similarity(A, new float[3]));
        assertEquals(25f, SimilarityFunction.DOT.similarity(A, A));
        assertEquals((float) -Math.sqrt(29), SimilarityFunction.EUCLIDEAN.similarity(A, B));
        assertEquals(-9f, SimilarityFunction.MANHATTAN.similarity(A, B));
        for (SimilarityFunction function : SimilarityFunction.values()) {
            assertEquals(function, SimilarityFunction.named(function.configName()));
            assertNotSame(A, function.prepare(A));
        }
        assertArrayEquals(new float[] {3, 0, -4}, A);
    }

    /** What is most like an embedding is itself; and the order of the two does not matter, to the last bit. */
    @Property(tries = 200)
    void ofOneself(
            @ForAll @Size(16) float @FloatRange(min = -10, max = 10) [] a,
            @ForAll @Size(16) float @FloatRange(min = -10, max = 10) [] b) {
        for (SimilarityFunction function : SimilarityFunction.values()) {
            assertEquals(function.similarity(a, b), function.similarity(b, a));
        }
        assertTrue(SimilarityFunction.COSINE.similarity(a, b) <= 1 + 1e-6f);
        assertTrue(SimilarityFunction.EUCLIDEAN.similarity(a, b) <= 0);
        assertEquals(0f, SimilarityFunction.EUCLIDEAN.similarity(a, a), 0f);
        assertEquals(0f, SimilarityFunction.MANHATTAN.similarity(b, b), 0f);
    }

    /** Whole numbers, which add up to the same in any order: no length loses any of them. */
    @Property(tries = 100)
    void theDotProductOfAnyLength(@ForAll @Size(max = 40) byte[] a) {
        float[] values = new float[a.length];
        float expected = 0;
        for (int i = 0; i < a.length; i++) {
            values[i] = a[i];
            expected += a[i] * a[i];
        }
        assertEquals(expected, SimilarityFunction.DOT.similarity(values, values));
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        for (SimilarityFunction function : SimilarityFunction.values()) {
            assertTrue(assertThrows(IllegalArgumentException.class, () -> function.similarity(A, new float[2]))
                    .getMessage()
                    .startsWith("embeddings of 3 and 2 numbers cannot be compared"));
        }
        assertTrue(assertThrows(IllegalArgumentException.class, () -> SimilarityFunction.named("maxsim"))
                .getMessage()
                .contains("cosine, dot, euclidean, manhattan"));
    }
}
