package io.tesserae.layer;

import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.StoredTensor;

/**
 * A table of vectors, looked up by index: {@code torch.nn.Embedding}. The table stays where it is stored, which for a
 * checkpoint on disk is a mapped file: only the rows that texts use are ever read.
 */
public final class Embedding {

    private final StoredTensor table; // [count, width]
    private final int count;

    private Embedding(StoredTensor table, int count) {
        this.table = table;
        this.count = count;
    }

    /** Loads {@code weight} from below a name. */
    public static Embedding load(StateDict weights, int count, int width) {
        return new Embedding(weights.require("weight", count, width), count);
    }

    /** How many vectors there are. */
    public int count() {
        return count;
    }

    /**
     * Copies one vector to {@code destination}, from {@code offset} on.
     *
     * @throws io.tesserae.tensor.WeightException if it holds a value that is not finite; a row is checked when it is read
     */
    public void lookUp(int index, float[] destination, int offset) {
        table.readRows(index, 1, destination, offset);
    }
}
