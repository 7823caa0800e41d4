package io.tesserae.loaders.processor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Tiles and what is left over beside them, against the definition. */
class TranspositionTest {

    @Property(tries = 200)
    void everyByteLandsWhereItShould(
            @ForAll @IntRange(max = 40) int rows, @ForAll @IntRange(max = 40) int columns, @ForAll long seed) {
        Random random = new Random(seed);
        int stride = columns + random.nextInt(3);
        int targetStride = rows + random.nextInt(3);
        byte[] source = new byte[2 + rows * stride];
        random.nextBytes(source);
        byte[] expected = new byte[3 + columns * targetStride];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                expected[3 + column * targetStride + row] = source[2 + row * stride + column];
            }
        }
        byte[] target = new byte[expected.length];
        Transposition.transpose(
                new Transposition.Plane(source, 2, stride),
                rows,
                columns,
                new Transposition.Plane(target, 3, targetStride));
        assertArrayEquals(expected, target);
    }
}
