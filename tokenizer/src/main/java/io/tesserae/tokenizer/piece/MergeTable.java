package io.tesserae.tokenizer.piece;

import java.util.Arrays;

/**
 * The merges of a byte-pair vocabulary: which two pieces become one, and which pair goes first. Immutable.
 *
 * <p>An open-addressing hash table over pairs of ids; a pair and its rank lie side by side, so that a look-up touches one cache line.
 */
public final class MergeTable {

    /** The rank of a pair that is not merged: after all others. */
    static final int NEVER = Integer.MAX_VALUE;

    private static final long NOTHING = -1;

    /** As in {@link TokenIndex}: a table that was made to be slow is refused. */
    private static final int LONGEST_CHAIN = 256;

    private final long[] slots; // a pair, or NOTHING, and its rank; half full at most
    private final int shift;
    private final int[] merged; // by rank

    /**
     * The table. Of a pair that is there twice, the later place counts.
     *
     * @param lefts the ids of the first of each two pieces, in the order of their ranks
     * @param rights the ids of the second
     * @param merged the ids of what they become
     */
    public MergeTable(int[] lefts, int[] rights, int[] merged) {
        int capacity = Integer.highestOneBit(Math.max(merged.length, 1)) * 4;
        this.slots = new long[2 * capacity];
        this.shift = Long.SIZE - Integer.numberOfTrailingZeros(capacity);
        this.merged = merged.clone();
        Arrays.fill(slots, NOTHING);
        for (int rank = 0; rank < merged.length; rank++) {
            insert(pair(lefts[rank], rights[rank]), rank);
        }
    }

    private void insert(long pair, int rank) {
        int slot = slot(pair);
        for (int chain = 0; slots[slot] != NOTHING && slots[slot] != pair; chain++) {
            if (chain == LONGEST_CHAIN) {
                throw new IllegalArgumentException("more than " + LONGEST_CHAIN
                        + " merges fall into one place of the hash table: this vocabulary was made to be slow");
            }
            slot = next(slot);
        }
        slots[slot] = pair;
        slots[slot + 1] = rank;
    }

    /** The rank of a pair, 0 that of the pair to be merged first; or {@link #NEVER}. */
    int rank(int left, int right) {
        long pair = pair(left, right);
        for (int slot = slot(pair); ; slot = next(slot)) {
            long found = slots[slot];
            if (found == pair) {
                return (int) slots[slot + 1];
            }
            if (found == NOTHING) {
                return NEVER;
            }
        }
    }

    /** What the pair of this rank becomes. */
    int merged(int rank) {
        return merged[rank];
    }

    private static long pair(int left, int right) {
        return (long) left << Integer.SIZE | right;
    }

    private int slot(long pair) {
        long mixed = (pair ^ pair >>> 29) * 0x9E3779B97F4A7C15L; // 2^64 over the golden ratio
        return (int) (mixed >>> shift) << 1;
    }

    private int next(int slot) {
        return slot + 2 & slots.length - 1;
    }
}
