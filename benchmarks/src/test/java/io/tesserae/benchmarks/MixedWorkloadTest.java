package io.tesserae.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tesserae.model.TokenBatch;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MixedWorkloadTest {

    private static final MixedWorkload IN_ORDER = MixedWorkload.of(128, 32, false);
    private static final MixedWorkload SORTED = MixedWorkload.of(128, 32, true);

    /** Pinned, so that no two machines, and no two versions of this, are timed on different sentences. */
    @Test
    void lengthsAreTheSameEverywhere() {
        assertEquals(
                List.of(28, 32, 61, 42, 20, 36, 9, 36, 23, 14, 18, 20),
                IN_ORDER.lengths().subList(0, 12));
        assertEquals(IN_ORDER.lengths(), SORTED.lengths());
        assertEquals(3733, IN_ORDER.units());
        List<Integer> ascending = IN_ORDER.lengths().stream().sorted().toList();
        assertTrue(Math.abs(ascending.get(64) - 22) <= 3, () -> "median " + ascending.get(64));
        assertTrue(ascending.getFirst() >= 4 && ascending.getLast() <= 128, ascending::toString);
        // Others than these are cut: of very many, some are.
        List<Integer> many = MixedWorkload.of(5000, 32, false).lengths();
        assertEquals(4, many.stream().mapToInt(Integer::intValue).min().orElseThrow());
        assertEquals(128, many.stream().mapToInt(Integer::intValue).max().orElseThrow());
    }

    @Test
    void whoeverPadsGetsBatchesInTheirOrderOrSorted() {
        for (MixedWorkload workload : List.of(IN_ORDER, SORTED)) {
            List<int[]> batches = workload.batches();
            assertEquals(4, batches.size());
            assertEquals(
                    128,
                    batches.stream().flatMapToInt(Arrays::stream).distinct().count());
            int padded = 0;
            for (int[] batch : batches) {
                long[][] ids = workload.paddedIds(batch);
                long[][] mask = workload.attentionMask(batch);
                padded += ids.length * ids[0].length;
                for (int row = 0; row < batch.length; row++) {
                    int length = workload.lengths().get(batch[row]);
                    assertEquals(length, Arrays.stream(mask[row]).sum());
                    assertEquals(batch[row] * 7919L % 1999 + 1, ids[row][0]);
                }
            }
            assertEquals(padded, workload.paddedUnits());
        }
        assertArrayEquals(new int[] {0, 1, 2}, Arrays.copyOf(IN_ORDER.batches().getFirst(), 3));
        int[] shortest = SORTED.batches().getFirst();
        int[] longest = SORTED.batches().getLast();
        assertTrue(SORTED.lengths().get(shortest[31]) <= SORTED.lengths().get(longest[0]));
        assertTrue(SORTED.paddedUnits() < IN_ORDER.paddedUnits() && SORTED.paddedUnits() >= SORTED.units());
    }

    @Test
    void nothingIsPaddedForTesserae() {
        List<TokenBatch> batches = SORTED.tokenBatches();
        assertEquals(
                IN_ORDER.units(), batches.stream().mapToInt(TokenBatch::tokens).sum());
        assertEquals(128, batches.stream().mapToInt(TokenBatch::sequences).sum());
        assertEquals(IN_ORDER.lengths().getFirst(), batches.getFirst().length(0), "in their order, sorted or not");
    }

    /** Other processes are told the padded batches, in the form that {@code peers/time_pytorch.py} reads. */
    @Test
    void itIsWrittenAsACorpus() {
        assertEquals("corpus:1,782;1923|1846,628,1409", new MixedWorkload(List.of(2, 1, 3), 2, false).toString());
        assertEquals("corpus:1923;1,782|1846,628,1409", new MixedWorkload(List.of(2, 1, 3), 2, true).toString());
        assertThrows(IllegalArgumentException.class, () -> new MixedWorkload(List.of(), 2, false));
        assertThrows(IllegalArgumentException.class, () -> new MixedWorkload(List.of(1), 0, false));
    }
}
