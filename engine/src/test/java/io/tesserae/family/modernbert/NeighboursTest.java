package io.tesserae.family.modernbert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tesserae.kernel.Sight;
import io.tesserae.model.TokenBatch;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Two tokens see each other if their positions are near, whatever is masked between them. */
class NeighboursTest {

    @Property(tries = 300)
    void aTokenSeesThoseWhosePositionsAreNear(
            @ForAll @Size(min = 1, max = 12) boolean[] kept, @ForAll @IntRange(min = 0, max = 6) int reach) {
        int[] mask = new int[kept.length];
        for (int i = 0; i < kept.length; i++) {
            mask[i] = kept[i] ? 1 : 0;
        }
        int[] ids = new int[kept.length];
        // Behind another sequence, so that its tokens do not begin at 0.
        TokenBatch batch = TokenBatch.masked(
                new int[][] {{1, 2, 3}, ids}, new int[][] {new int[3], ids}, new int[][] {{0, 1, 1}, mask});
        Sight sight = Neighbours.within(reach, batch, Sight.EVERYTHING);
        for (int s = 0; s < 2; s++) {
            int start = batch.sequenceStarts()[s];
            for (int query = 0; query < batch.length(s); query++) {
                for (int key = 0; key < batch.length(s); key++) {
                    int apart = Math.abs(batch.positionIds()[start + query] - batch.positionIds()[start + key]);
                    boolean seen = sight.firstKey(s, query) <= key && key < sight.endKey(s, query);
                    assertEquals(apart <= reach, seen, s + ": " + query + " to " + key);
                }
            }
        }
    }
}
