package io.tesserae.family.modernbert;

import io.tesserae.kernel.Sight;
import io.tesserae.model.TokenBatch;

/** Which tokens are near enough to see each other. */
final class Neighbours {

    private Neighbours() {}

    /**
     * Those whose positions are at most so far apart. Masked tokens count: they are not in the batch, but their neighbours are as far
     * apart as if they were.
     *
     * @param reach 0 or more
     * @param among which keys there are
     */
    static Sight within(int reach, TokenBatch batch, Sight among) {
        int[][] firstKeys = new int[batch.sequences()][];
        int[][] endKeys = new int[batch.sequences()][];
        for (int s = 0; s < batch.sequences(); s++) {
            int start = batch.sequenceStarts()[s];
            int length = batch.length(s);
            firstKeys[s] = new int[length];
            endKeys[s] = new int[length];
            int first = 0;
            int end = 0;
            for (int place = 0; place < length; place++) { // positions ascend, and so do both ends
                int position = batch.positionIds()[start + place];
                while (batch.positionIds()[start + first] < position - reach) {
                    first++;
                }
                while (end < length && batch.positionIds()[start + end] <= position + reach) {
                    end++;
                }
                firstKeys[s][place] = first;
                endKeys[s][place] = Math.min(end, among.endKey(s, place));
            }
        }
        return new Sight.Ranges(firstKeys, endKeys);
    }
}
