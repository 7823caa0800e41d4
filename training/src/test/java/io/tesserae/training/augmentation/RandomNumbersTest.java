package io.tesserae.training.augmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.training.kernel.Draw;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RandomNumbersTest {

    @Example
    void eachOfTheFourPlacesCounts() {
        double first = RandomNumbers.of(1, 2, 3, 4).uniform();
        assertEquals(first, RandomNumbers.of(1, 2, 3, 4).uniform());
        for (RandomNumbers other : List.of(
                RandomNumbers.of(2, 2, 3, 4),
                RandomNumbers.of(1, 3, 3, 4),
                RandomNumbers.of(1, 2, 4, 4),
                RandomNumbers.of(1, 2, 3, 5))) {
            assertNotEquals(first, other.uniform());
        }
    }

    @Example
    void aDropoutHasOtherNumbers() {
        for (int site = 0; site < 100; site++) {
            assertNotEquals(
                    Draw.of(1, 2, 3, site).uniform(0),
                    RandomNumbers.of(1, 2, 3, site).uniform());
        }
    }

    @Property(tries = 200)
    void aPermutationHasEveryNumberOnce(@ForAll long seed, @ForAll @IntRange(max = 50) int length) {
        int[] order = RandomNumbers.of(seed, 0, 0, 0).permutation(length);
        assertEquals(
                IntStream.range(0, length).boxed().toList(),
                Arrays.stream(order).sorted().boxed().toList());
    }

    @Example
    void everyOrderIsAsLikely() {
        int[] counts = new int[27];
        RandomNumbers random = RandomNumbers.of(7, 0, 0, 0);
        for (int draw = 0; draw < 6000; draw++) {
            int[] order = random.permutation(3);
            counts[order[0] * 9 + order[1] * 3 + order[2]]++;
        }
        int[] seen = Arrays.stream(counts).filter(count -> count > 0).toArray();
        assertEquals(6, seen.length);
        assertTrue(Arrays.stream(seen).allMatch(count -> count > 850 && count < 1150), Arrays.toString(seen));
    }

    @Property(tries = 200)
    void wholeNumbersAreBelowTheirEnd(@ForAll long seed, @ForAll @IntRange(min = 1) int end) {
        int number = RandomNumbers.of(seed, 0, 0, 0).below(end);
        assertTrue(number >= 0 && number < end);
    }

    @Example
    void normalNumbersHaveMean0AndDeviation1() {
        RandomNumbers random = RandomNumbers.of(5, 0, 0, 0);
        double[] numbers = IntStream.range(0, 20_000)
                .mapToDouble(number -> random.normal())
                .toArray();
        assertEquals(0, Arrays.stream(numbers).average().orElseThrow(), 0.03);
        assertEquals(
                1,
                Arrays.stream(numbers).map(number -> number * number).average().orElseThrow(),
                0.05);
    }

    @Example
    void whatIsOutOfRangeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> RandomNumbers.of(1, -1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> RandomNumbers.of(1, 0, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> RandomNumbers.of(1, 0, 0, -1));
        RandomNumbers random = RandomNumbers.of(1, 0, 0, 0);
        assertThrows(IllegalArgumentException.class, () -> random.below(0));
        assertThrows(IllegalArgumentException.class, () -> random.chance(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Range(2, 1));
        assertThrows(IllegalArgumentException.class, () -> new Range(0, Double.POSITIVE_INFINITY));
    }
}
