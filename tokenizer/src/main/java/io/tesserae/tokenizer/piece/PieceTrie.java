package io.tesserae.tokenizer.piece;

import java.util.Arrays;
import java.util.Comparator;

/**
 * All pieces of a vocabulary, char by char: walked along a text it says which of them begin at a place. Immutable.
 *
 * <p>A node's children lie in a stretch of slots that is a power of two long; which slot is a char's own is computed, and where that is
 * taken, the next is. Most nodes have one child, so that most steps look at one slot. Chars are 16 bits and spread over the stretch by
 * their upper bits after a multiplication, so that no vocabulary, however it was made, puts more than some 200 chars of a node in one
 * row.
 */
final class PieceTrie {

    /** No piece ends here; and: there is no such child. */
    static final int NONE = -1;

    /** The node that no char leads to. */
    static final int ROOT = 0;

    private static final int GOLDEN = 0x9E3779B9; // 2^32 over the golden ratio

    // A slot is three ints side by side: char and one more, 0 where there is none; its node; the piece that ends there.
    private static final int WIDTH = 3;

    private int[] slots;
    private int slotsUsed; // of the ints
    private int[] first; // by node: the first int of its children's slots
    private byte[] bits; // by node: how many slots they are is two to the power of this; NONE where it has no child
    private int nodes;

    /**
     * The trie of these pieces.
     *
     * @param pieces by id; null where there is none, and an empty one is left out. No two are the same
     */
    PieceTrie(String[] pieces) {
        String[] sorted = new String[pieces.length];
        Integer[] ids = new Integer[pieces.length];
        int count = 0;
        for (int id = 0; id < pieces.length; id++) {
            if (pieces[id] != null && !pieces[id].isEmpty()) {
                ids[count++] = id;
            }
        }
        Arrays.sort(ids, 0, count, Comparator.comparing(id -> pieces[id]));
        for (int i = 0; i < count; i++) {
            sorted[i] = pieces[ids[i]];
        }
        this.first = new int[Math.max(16, count + 1)];
        this.bits = new byte[first.length];
        this.slots = new int[WIDTH * Math.max(16, count)];
        build(sorted, ids, count);
        this.slots = Arrays.copyOf(slots, slotsUsed);
        this.first = Arrays.copyOf(first, nodes);
        this.bits = Arrays.copyOf(bits, nodes);
    }

    /** Node by node, in the order in which they are met: a node is a range of the sorted pieces, and how many chars lead to it. */
    private void build(String[] pieces, Integer[] ids, int count) {
        int[] from = new int[first.length];
        int[] to = new int[first.length];
        int[] depth = new int[first.length];
        to[ROOT] = count;
        nodes = 1;
        for (int node = 0; node < nodes; node++) {
            int begin = from[node];
            int end = to[node];
            int at = depth[node];
            if (begin < end && pieces[begin].length() == at) {
                begin++; // the piece that ends here
            }
            int children = children(pieces, begin, end, at);
            open(node, children);
            if (nodes + children > first.length) {
                int length = Math.max(2 * first.length, nodes + children);
                first = Arrays.copyOf(first, length);
                bits = Arrays.copyOf(bits, length);
                from = Arrays.copyOf(from, length);
                to = Arrays.copyOf(to, length);
                depth = Arrays.copyOf(depth, length);
            }
            for (int i = begin; i < end; ) {
                int next = sameChar(pieces, i, end, at);
                boolean ends = pieces[i].length() == at + 1;
                insert(node, pieces[i].charAt(at), nodes, ends ? ids[i] : NONE);
                from[nodes] = i;
                to[nodes] = next;
                depth[nodes++] = at + 1;
                i = next;
            }
        }
    }

    private static int children(String[] pieces, int from, int to, int at) {
        int children = 0;
        for (int i = from; i < to; i = sameChar(pieces, i, to, at)) {
            children++;
        }
        return children;
    }

    /** Where the pieces end that have the same char there as the first. */
    private static int sameChar(String[] pieces, int from, int to, int at) {
        char c = pieces[from].charAt(at);
        int i = from + 1;
        while (i < to && pieces[i].charAt(at) == c) {
            i++;
        }
        return i;
    }

    /** Gives a node's children their slots. */
    private void open(int node, int children) {
        if (children == 0) {
            bits[node] = NONE;
            return;
        }
        int power = children == 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(children + children / 2 - 1);
        bits[node] = (byte) power;
        first[node] = slotsUsed;
        long needed = slotsUsed + (long) WIDTH << power;
        if (needed > Integer.MAX_VALUE / 2) {
            throw new IllegalArgumentException("a vocabulary of so many pieces, and so long ones, is too large");
        }
        slotsUsed += WIDTH << power;
        if (slotsUsed > slots.length) {
            slots = Arrays.copyOf(slots, Math.max(slotsUsed, 2 * slots.length));
        }
    }

    private void insert(int node, char c, int child, int id) {
        int slot = slot(node, c);
        int begin = first[node];
        int length = WIDTH << bits[node];
        while (slots[begin + slot] != 0) {
            slot += WIDTH;
            slot = slot == length ? 0 : slot;
        }
        slots[begin + slot] = c + 1;
        slots[begin + slot + 1] = child;
        slots[begin + slot + 2] = id;
    }

    private int slot(int node, char c) {
        int power = bits[node];
        return power == 0 ? 0 : WIDTH * ((c + 1) * GOLDEN >>> Integer.SIZE - power);
    }

    /**
     * The place of the slot that a char leads to.
     *
     * @return a place for {@link #node} and {@link #piece}, or {@link #NONE}
     */
    int step(int node, char c) {
        int power = bits[node];
        if (power < 0) {
            return NONE;
        }
        int begin = first[node];
        int key = c + 1;
        if (power == 0) {
            return slots[begin] == key ? begin : NONE;
        }
        int end = begin + (WIDTH << power);
        int home = begin + WIDTH * (key * GOLDEN >>> Integer.SIZE - power);
        int slot = home;
        do {
            int found = slots[slot];
            if (found == key) {
                return slot;
            }
            if (found == 0) {
                return NONE;
            }
            slot += WIDTH;
            slot = slot == end ? begin : slot;
        } while (slot != home);
        return NONE;
    }

    /** The node that a step led to. */
    int node(int place) {
        return slots[place + 1];
    }

    /** The piece that ends where a step led to; {@link #NONE} where none does. */
    int piece(int place) {
        return slots[place + 2];
    }

    /** The piece that is {@code text[from, to)}; {@link #NONE} where there is none. */
    int idOf(char[] text, int from, int to) {
        int node = ROOT;
        int id = NONE;
        for (int i = from; i < to; i++) {
            int place = step(node, text[i]);
            if (place == NONE) {
                return NONE;
            }
            node = node(place);
            id = piece(place);
        }
        return id;
    }
}
