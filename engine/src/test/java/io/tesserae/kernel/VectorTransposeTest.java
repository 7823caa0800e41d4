package io.tesserae.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VectorTransposeTest {

    /** Every value in its place, and nothing written between or behind: also where the last run ends with the array. */
    @Property(tries = 300)
    void valuesGoWhereTheyBelong(
            @ForAll @IntRange(min = 0, max = 20) int rows,
            @ForAll @IntRange(min = 0, max = 70) int columns,
            @ForAll @IntRange(min = 0, max = 9) int gap,
            @ForAll long seed) {
        Random random = new Random(seed);
        int stride = columns + random.nextInt(5);
        int from = random.nextInt(4);
        int to = random.nextInt(4);
        int pitch = Math.max(1, rows + gap);
        float[] x = new float[from + rows * stride + columns];
        for (int i = 0; i < x.length; i++) {
            x[i] = i + 1;
        }
        float[] expected = new float[to + columns * pitch];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                expected[to + column * pitch + row] = x[from + row * stride + column];
            }
        }
        float[] actual = new float[expected.length];
        Transpose.oneByOne(x, from, stride, rows, columns, actual, to, pitch);
        assertArrayEquals(expected, actual);
        if (VectorTranspose.HAS_REGISTERS) {
            Arrays.fill(actual, 0f);
            VectorTranspose.inRegisters(x, from, stride, rows, columns, actual, to, pitch);
            assertArrayEquals(expected, actual);
        }
    }

    /** The height of a tile of eight lanes, which has a way of its own. */
    @Test
    void sixRowsGoWhereTheyBelong() {
        assumeTrue(VectorTranspose.HAS_REGISTERS);
        for (int columns = 0; columns < 70; columns++) {
            int stride = columns + 3;
            float[] x = new float[2 + 6 * stride];
            for (int i = 0; i < x.length; i++) {
                x[i] = i + 1;
            }
            float[] expected = new float[1 + 6 * columns];
            float[] actual = new float[expected.length];
            Transpose.oneByOne(x, 2, stride, 6, columns, expected, 1, 6);
            VectorTranspose.inRegisters(x, 2, stride, 6, columns, actual, 1, 6);
            assertArrayEquals(expected, actual);
        }
    }

    /** From then on all other tests of this JVM go that way too. */
    @Test
    void nothingChangesWithTheWarmUp() {
        assumeTrue(VectorTranspose.HAS_REGISTERS);
        VectorTranspose.warmUp();
        float[] x = new float[12 * 40];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
        }
        float[] expected = new float[12 * 40];
        float[] actual = new float[12 * 40];
        Transpose.oneByOne(x, 0, 40, 12, 40, expected, 0, 12);
        VectorTranspose.transpose(x, 0, 40, 12, 40, actual, 0, 12);
        assertArrayEquals(expected, actual);
    }
}
