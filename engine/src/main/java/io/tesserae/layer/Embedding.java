package io.tesserae.layer;

import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.StoredTensor;
import java.util.Optional;

/**
 * A table of vectors, looked up by index: {@code torch.nn.Embedding}. The table stays where it is stored, which for a
 * checkpoint on disk is a mapped file: only the rows that texts use are ever read.
 */
public final class Embedding {

    private final StoredTensor table; // [count, width]
    private final int count;
    private final Optional<Embedding> more; // behind those of the table

    private Embedding(StoredTensor table, int count, Optional<Embedding> more) {
        this.table = table;
        this.count = count;
        this.more = more;
    }

    /** Loads {@code weight} from below a name. */
    public static Embedding load(StateDict weights, int count, int width) {
        return new Embedding(weights.require("weight", count, width), count, Optional.empty());
    }

    /** These vectors, and behind them others of the same width: words that a vocabulary got later. */
    public Embedding followedBy(Embedding others) {
        if (more.isPresent()) {
            throw new IllegalArgumentException("there are vectors behind these already");
        }
        return new Embedding(table, count, Optional.of(others));
    }

    /** How many vectors there are. */
    public int count() {
        return Math.addExact(count, more.map(Embedding::count).orElse(0));
    }

    /**
     * Copies one vector to {@code destination}, from {@code offset} on.
     *
     * @throws io.tesserae.tensor.WeightException if it holds a value that is not finite; a row is checked when it is read
     */
    public void lookUp(int index, float[] destination, int offset) {
        if (index >= count && more.isPresent()) {
            more.get().lookUp(index - count, destination, offset);
        } else {
            table.readRows(index, 1, destination, offset);
        }
    }
}
