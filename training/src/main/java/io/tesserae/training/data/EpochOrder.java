package io.tesserae.training.data;

import io.tesserae.training.kernel.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * In which order the examples come, epoch by epoch. Shuffled, the examples are sorted by the pair (32 random bits of the example's index,
 * its index), the bits taken as unsigned and drawn by seed and epoch. So the order of an epoch depends on nothing that came before it.
 *
 * @param size how many examples there are, 1 or more
 * @param shuffle whether they are shuffled; else they come as they are
 * @param seed of the training run
 */
public record EpochOrder(int size, boolean shuffle, long seed) {

    private static final int INDEX_BITS = 31;

    /** Checks the size. */
    public EpochOrder {
        if (size < 1) {
            throw new IllegalArgumentException("size: expected 1 or more, found " + size);
        }
    }

    /**
     * The indices of all examples, in the order of an epoch.
     *
     * @param epoch counted from 0
     */
    public int[] indices(long epoch) {
        int[] indices = new int[size];
        if (!shuffle) {
            Arrays.setAll(indices, i -> i);
            return indices;
        }
        Draw draw = Draw.of(seed, epoch, 0, DrawSites.ORDER);
        long[] keys = new long[size];
        Arrays.setAll(keys, i -> Integer.toUnsignedLong(draw.bits(i)) << INDEX_BITS | i);
        Arrays.sort(keys);
        Arrays.setAll(indices, i -> (int) keys[i] & Integer.MAX_VALUE);
        return indices;
    }

    /**
     * The same, cut into batches; the last one has what is left.
     *
     * @param epoch counted from 0
     * @param batchSize the most examples of a batch, 1 or more
     */
    public List<int[]> batches(long epoch, int batchSize) {
        int[] indices = indices(epoch);
        List<int[]> batches = new ArrayList<>(batchesPerEpoch(batchSize));
        for (int from = 0; from < size; from += batchSize) {
            batches.add(Arrays.copyOfRange(indices, from, from + Math.min(batchSize, size - from)));
        }
        return batches;
    }

    /**
     * How many batches an epoch has.
     *
     * @param batchSize the most examples of a batch, 1 or more
     */
    public int batchesPerEpoch(int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batchSize: expected 1 or more, found " + batchSize);
        }
        return (size - 1) / batchSize + 1;
    }
}
