package io.tesserae.layer.decoder;

import io.tesserae.kernel.AttentionOperands;
import io.tesserae.kernel.AttentionPattern;
import io.tesserae.kernel.AttentionShape;
import io.tesserae.kernel.MatrixView;
import io.tesserae.layer.AttentionOptions;
import java.util.Arrays;

/**
 * The keys and values that a decoder's self-attention has computed for the tokens of several sequences, in every layer. A token
 * that has been read is not computed again: one more costs the work of one. The sequences are ragged, they grow, and beam search
 * repeats, reorders and drops them.
 *
 * <p>A sequence has a <em>slot</em>, so reordering moves no floats. Of two sequences that continue the same one, the first keeps its
 * slot; the other is copied to a free slot, and of it only what that slot does not hold already: beams that parted three tokens ago
 * differ in three rows. Growing copies all; it happens at sizes that grow by half.
 *
 * <p>Not thread-safe.
 */
public final class KvCache {

    /** A row that nobody has computed. */
    private static final long NOTHING = 0;

    private final AttentionShape shape;
    private final float[][] keys; // by layer [slots, keyHeads, capacity, headSize]
    private final float[][] values; // by layer [slots, keyHeads, capacity, valueSize]
    private int capacity; // tokens that a slot has room for
    private int[] slots; // [sequences], where each is
    private int[] lengths; // [sequences], tokens that are kept of each
    private int[] begins; // [slots], the row in which its first token is: those before it were let go of
    private long[][] origins; // [slots][capacity], which computation a row comes from: equal numbers, equal rows
    private long computations = NOTHING;

    /**
     * A cache of sequences that are empty.
     *
     * @param capacity tokens that each has room for; more is made when it is needed
     */
    public KvCache(AttentionShape shape, int layers, int sequences, int capacity) {
        this.shape = shape;
        this.keys = new float[layers][];
        this.values = new float[layers][];
        this.slots = new int[sequences];
        this.lengths = new int[sequences];
        this.begins = new int[sequences];
        this.origins = new long[sequences][];
        Arrays.setAll(slots, sequence -> sequence);
        allocate(sequences, capacity);
    }

    /** One layer of the cache. */
    public record Layer(KvCache cache, int index) {

        /**
         * Keeps the keys and values of new tokens, behind those of their sequences.
         *
         * @param computed queries, keys and values of the new tokens
         * @param starts {@code [sequences + 1]}: where the new tokens of each sequence begin, and where the last end
         * @return the same queries, and all keys and values that are kept
         */
        AttentionOperands append(AttentionOperands computed, int[] starts) {
            cache.append(index, computed, starts);
            return new AttentionOperands(
                    computed.queries(),
                    cache.view(cache.keys[index], cache.shape.headSize()),
                    cache.view(cache.values[index], cache.shape.valueSize()),
                    computed.context(),
                    computed.shape()); // layers may scale their scores each in its own way
        }
    }

    /** One layer of the cache. */
    public Layer layer(int index) {
        return new Layer(this, index);
    }

    /** How many sequences there are. */
    public int sequences() {
        return slots.length;
    }

    /** How many tokens of a sequence are kept. */
    public int length(int sequence) {
        return lengths[sequence];
    }

    /** At which row each sequence would begin, if the tokens that are kept stood before the new ones. */
    int[] firstRows(int[] starts) {
        int[] firstRows = new int[slots.length];
        Arrays.setAll(firstRows, sequence -> starts[sequence] - lengths[sequence]);
        return firstRows;
    }

    /** Makes room for more tokens of every sequence, before any layer computes them. */
    public void reserve(int[] starts) {
        int longest = 0;
        boolean full = false;
        for (int sequence = 0; sequence < slots.length; sequence++) {
            int length = Math.addExact(lengths[sequence], starts[sequence + 1] - starts[sequence]);
            longest = Math.max(longest, length);
            full |= Math.addExact(begins[slots[sequence]], length) > capacity;
        }
        if (full) {
            moveToFront();
        }
        // Where the front is let go of again and again, room for half as much again makes moving rare.
        if (longest > capacity || full && longest > capacity - capacity / 3) {
            allocate(origins.length, Math.max(longest, Math.addExact(capacity, capacity / 2)));
        }
    }

    /**
     * Lets go of tokens of a sequence, first or last ones. Those that stay keep their keys and values as they were computed.
     *
     * @param first how many at its front
     * @param last how many at its end
     */
    public void forget(int sequence, int first, int last) {
        if (first < 0 || last < 0 || Math.addExact(first, last) > lengths[sequence]) {
            throw new IllegalArgumentException("expected no more than the " + lengths[sequence]
                    + " tokens that are kept, found " + first + " and " + last);
        }
        lengths[sequence] -= first + last;
        begins[slots[sequence]] = lengths[sequence] == 0 ? 0 : begins[slots[sequence]] + first;
    }

    /** Every sequence from the first row of its slot on. */
    private void moveToFront() {
        for (int sequence = 0; sequence < slots.length; sequence++) {
            int slot = slots[sequence];
            if (begins[slot] > 0) {
                for (int layer = 0; layer < keys.length; layer++) {
                    moveToFront(keys[layer], slot, lengths[sequence], shape.headSize());
                    moveToFront(values[layer], slot, lengths[sequence], shape.valueSize());
                }
                System.arraycopy(origins[slot], begins[slot], origins[slot], 0, lengths[sequence]);
                begins[slot] = 0;
            }
        }
    }

    private void moveToFront(float[] data, int slot, int length, int width) {
        for (int head = 0; head < shape.keyHeads(); head++) {
            int to = (slot * shape.keyHeads() + head) * capacity;
            System.arraycopy(data, (to + begins[slot]) * width, data, to * width, length * width);
        }
    }

    /** The new tokens have passed all layers: from now on they are what the sequences begin with. */
    public void commit(int[] starts) {
        for (int sequence = 0; sequence < slots.length; sequence++) {
            long[] origin = origins[slots[sequence]];
            for (int token = starts[sequence]; token < starts[sequence + 1]; token++) {
                origin[begins[slots[sequence]] + lengths[sequence]++] = ++computations;
            }
        }
    }

    /**
     * From now on, sequence i is what sequence {@code parents[i]} was.
     *
     * @param parents {@code [sequences from now on]}; some may occur more than once, some not at all
     */
    public void select(int[] parents) {
        moveToFront();
        int[] chosen = new int[parents.length];
        int[] chosenLengths = new int[parents.length];
        boolean[] taken = new boolean[Math.max(origins.length, parents.length)];
        for (int i = 0; i < parents.length; i++) {
            int slot = slots[parents[i]];
            chosen[i] = taken[slot] ? -1 : slot;
            chosenLengths[i] = lengths[parents[i]];
            taken[slot] = true;
        }
        if (parents.length > origins.length) {
            allocate(parents.length, capacity);
        }
        for (int i = 0; i < parents.length; i++) {
            if (chosen[i] < 0) {
                chosen[i] = copy(slots[parents[i]], chosenLengths[i], taken);
            }
        }
        slots = chosen;
        lengths = chosenLengths;
    }

    /** Copies a slot to the free one that has most of it already. */
    private int copy(int source, int length, boolean[] taken) {
        int best = -1;
        int same = -1;
        for (int slot = 0; slot < origins.length; slot++) {
            if (!taken[slot]) {
                int common = commonPrefix(origins[source], origins[slot], length);
                best = common > same ? slot : best;
                same = Math.max(same, common);
            }
        }
        taken[best] = true;
        for (int layer = 0; layer < keys.length; layer++) {
            copyRows(keys[layer], source, best, same, length, shape.headSize());
            copyRows(values[layer], source, best, same, length, shape.valueSize());
        }
        System.arraycopy(origins[source], 0, origins[best], 0, length);
        Arrays.fill(origins[best], length, capacity, NOTHING);
        return best;
    }

    private static int commonPrefix(long[] one, long[] other, int length) {
        int mismatch = Arrays.mismatch(one, 0, length, other, 0, length);
        return mismatch < 0 ? length : mismatch;
    }

    private void copyRows(float[] data, int source, int target, int from, int to, int width) {
        int heads = shape.keyHeads();
        for (int head = 0; head < heads; head++) {
            int at = (source * heads + head) * capacity + from;
            int copied = (target * heads + head) * capacity + from;
            System.arraycopy(data, at * width, data, copied * width, (to - from) * width);
        }
    }

    private void append(int layer, AttentionOperands computed, int[] starts) {
        append(computed.keys(), shape.headSize(), starts, keys[layer]);
        append(computed.values(), shape.valueSize(), starts, values[layer]);
    }

    private void append(MatrixView computed, int width, int[] starts, float[] kept) {
        for (int sequence = 0; sequence < slots.length; sequence++) {
            for (int head = 0; head < shape.keyHeads(); head++) {
                int at = (slots[sequence] * shape.keyHeads() + head) * capacity
                        + begins[slots[sequence]]
                        + lengths[sequence];
                for (int row = starts[sequence]; row < starts[sequence + 1]; row++) {
                    int from = computed.offset() + head * computed.blockStride() + row * computed.stride();
                    System.arraycopy(computed.data(), from, kept, at++ * width, width);
                }
            }
        }
    }

    private MatrixView view(float[] kept, int width) {
        return new MatrixView(kept, 0, width, width, capacity * width);
    }

    /**
     * Which of the kept keys the queries of new tokens attend to.
     *
     * @param starts where the new tokens of each sequence begin, which are kept already
     * @param queryStarts where the queries of each sequence begin
     * @param places each query's index within its sequence; {@link AttentionPattern#LAST} where all new tokens ask
     */
    AttentionPattern pattern(int[] starts, int[] queryStarts, int[] places, AttentionOptions options) {
        int[] first = new int[slots.length];
        int[] end = new int[slots.length];
        for (int sequence = 0; sequence < slots.length; sequence++) {
            first[sequence] = slots[sequence] * shape.keyHeads() * capacity + begins[slots[sequence]];
            end[sequence] = first[sequence] + lengths[sequence] + starts[sequence + 1] - starts[sequence];
        }
        return new AttentionPattern(queryStarts, first, end, places, options.sight(), options.bias());
    }

    private void allocate(int newSlots, int newCapacity) {
        long floats = (long) newSlots * shape.keyHeads() * newCapacity * Math.max(shape.headSize(), shape.valueSize());
        if (floats > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("a cache of " + newSlots + " sequences of " + newCapacity
                    + " tokens has more floats in a layer than an array can have; generate fewer at a time");
        }
        for (int layer = 0; layer < keys.length; layer++) {
            keys[layer] = grown(keys[layer], newSlots, newCapacity, shape.headSize());
            values[layer] = grown(values[layer], newSlots, newCapacity, shape.valueSize());
        }
        int slotsBefore = origins.length;
        begins = Arrays.copyOf(begins, newSlots);
        origins = Arrays.copyOf(origins, newSlots);
        for (int slot = 0; slot < newSlots; slot++) {
            boolean isNew = slot >= slotsBefore || origins[slot] == null;
            origins[slot] = isNew ? new long[newCapacity] : Arrays.copyOf(origins[slot], newCapacity);
        }
        capacity = newCapacity;
    }

    private float[] grown(float[] kept, int newSlots, int newCapacity, int width) {
        float[] grown = new float[newSlots * shape.keyHeads() * newCapacity * width];
        int runs = kept == null ? 0 : origins.length * shape.keyHeads();
        for (int run = 0; run < runs; run++) {
            System.arraycopy(kept, run * capacity * width, grown, run * newCapacity * width, capacity * width);
        }
        return grown;
    }
}
