package io.tesserae.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EpochOrderTest {

    @Property(tries = 100)
    void anOrderIsAPermutation(
            @ForAll @IntRange(min = 1, max = 500) int size,
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 50) int epoch) {
        int[] indices = new EpochOrder(size, true, seed).indices(epoch);
        int[] sorted = indices.clone();
        Arrays.sort(sorted);
        assertArrayEquals(IntStream.range(0, size).toArray(), sorted);
        assertArrayEquals(indices, new EpochOrder(size, true, seed).indices(epoch));
    }

    @Property(tries = 100)
    void batchesAreTheOrderCut(
            @ForAll @IntRange(min = 1, max = 100) int size, @ForAll @IntRange(min = 1, max = 120) int batchSize) {
        EpochOrder order = new EpochOrder(size, true, 7);
        List<int[]> batches = order.batches(3, batchSize);
        assertEquals(order.batchesPerEpoch(batchSize), batches.size());
        assertArrayEquals(
                order.indices(3), batches.stream().flatMapToInt(Arrays::stream).toArray());
        for (int[] batch : batches.subList(0, batches.size() - 1)) {
            assertEquals(batchSize, batch.length);
        }
    }

    @Test
    void epochsAndSeedsDiffer() {
        int[] first = new EpochOrder(100, true, 1).indices(0);
        assertFalse(Arrays.equals(first, new EpochOrder(100, true, 1).indices(1)));
        assertFalse(Arrays.equals(first, new EpochOrder(100, true, 2).indices(0)));
    }

    @Test
    void theFirstOrderIsTheOneThatIsWrittenDown() {
        assertArrayEquals(new int[] {6, 0, 1, 3, 5, 2, 7, 4}, new EpochOrder(8, true, 42).indices(0));
    }

    @Test
    void withoutShufflingExamplesComeAsTheyAre() {
        assertArrayEquals(new int[] {0, 1, 2}, new EpochOrder(3, false, 1).indices(5));
    }

    @Test
    void nothingCannotBeOrdered() {
        assertThrows(IllegalArgumentException.class, () -> new EpochOrder(0, true, 1));
        assertThrows(IllegalArgumentException.class, () -> new EpochOrder(3, true, 1).batches(0, 0));
    }
}
