package io.tesserae.kernel;

/** One thread's memory within one call: arrays that grow to what is asked of them and are then used again. */
public final class Scratch {

    /** What an array is for. Each use has an array of its own, so that none overwrites another's. */
    enum Use {
        /** A block of keys as rows of tiles. */
        KEYS,
        /** A block of values, channels as rows of tiles. */
        VALUES,
        /** Queries as columns of tiles. */
        QUERIES,
        /** Scores, then their exponentials: columns are queries. */
        SCORES,
        /** What is added to the scores of one vector of queries: columns are queries. */
        BIAS,
        /** What is added to the scores of a whole task, where queries and keys make it: rows are queries. */
        BIAS_OF_TASK,
        /** What each query of a task makes of every distance. */
        QUERIES_BY_DISTANCE,
        /** What each key of a task makes of every distance. */
        KEYS_BY_DISTANCE,
        /** Which keys the queries of a block see: the first of each, then the end. */
        BOUNDS,
        /** Partial sums of attention, and its greatest scores. */
        SUMS,
        /** Contexts before they are turned back to rows. */
        CONTEXT,
        /** A product's activations, packed for its tiles: a thread's own copy. */
        PACKED,
        /** Some rows of a weight as it is stored. */
        STORED,
        /** Weights of 16 bits as float32, where activations are too large for them. */
        WIDENED,
        /** A product's sums for a tile's width of columns and all rows, until they are finished. */
        SUMS_OF_TILES,
        /** A tile's width of a right operand that changes from product to product, packed. */
        RIGHT,
        /** A product's sums, between two parts of its depth, where one thread computes all of it. */
        SUMS_OF_PARTS,
        /** What the sums of such a product begin with. */
        NOTHING
    }

    private final float[][] arrays = new float[Use.values().length][0];
    private VectorTile tile;
    private long packed; // the number of the product whose activations are packed here; 0 for none
    private int touched;

    Scratch() {}

    /** An array of at least this length, with whatever it held before. */
    float[] floats(Use use, int length) {
        float[] array = arrays[use.ordinal()];
        if (array.length < length) {
            array = new float[length + length / 4];
            arrays[use.ordinal()] = array;
        }
        return array;
    }

    /** Whether this thread has yet to pack a product's activations; asked once, it counts as done. */
    boolean packsFirst(long product) {
        if (packed == product) {
            return false; // without a write: another thread's scratch may lie on the same cache line
        }
        packed = product;
        return true;
    }

    /** Takes what was read only to have it at hand, so that reading it is not optimised away. */
    void touched(int bits) {
        touched = bits;
    }

    /** Floats held in all. */
    long size() {
        long size = 0;
        for (float[] array : arrays) {
            size += array.length;
        }
        return size;
    }

    /** This thread's tile; here because a tile is too large to make anew for every use. */
    VectorTile tile() {
        if (tile == null) {
            tile = new VectorTile();
        }
        return tile;
    }
}
