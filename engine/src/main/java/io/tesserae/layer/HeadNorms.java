package io.tesserae.layer;

import io.tesserae.kernel.MatrixView;
import io.tesserae.kernel.Workspace;
import io.tesserae.tensor.Tensor;
import java.util.Optional;

/**
 * Norms of each head's queries and keys, between their projection and the scores: Dehghani et al., arXiv 2302.05442, section 2.1. All
 * heads share one norm, which is as wide as a head.
 *
 * @param query of the queries
 * @param key of the keys
 */
public record HeadNorms(Optional<Normalization> query, Optional<Normalization> key) {

    /** Queries and keys as they are projected. */
    public static final HeadNorms NONE = new HeadNorms(Optional.empty(), Optional.empty());

    /** Both. */
    public static HeadNorms of(Normalization query, Normalization key) {
        return new HeadNorms(Optional.of(query), Optional.of(key));
    }

    /** Whether there is none. */
    boolean areNone() {
        return query.isEmpty() && key.isEmpty();
    }

    /** Normalises queries, in place: {@code [heads, rows, headSize]} from the beginning of an array. */
    void ofQueries(Workspace workspace, MatrixView queries, int heads, int rows) {
        forward(workspace, query, queries, heads, rows);
    }

    /** Normalises keys, in place: {@code [heads, rows, headSize]} from the beginning of an array. */
    void ofKeys(Workspace workspace, MatrixView keys, int heads, int rows) {
        forward(workspace, key, keys, heads, rows);
    }

    private static void forward(Workspace workspace, Optional<Normalization> norm, MatrixView x, int heads, int rows) {
        if (norm.isEmpty() || rows == 0) {
            return;
        }
        boolean plain = x.offset() == 0 && x.stride() == x.blockColumns() && x.blockStride() == rows * x.stride();
        if (!plain) {
            throw new IllegalArgumentException("expected heads one after the other, from the beginning, found " + x);
        }
        norm.get().forward(workspace, Tensor.of(x.data(), Math.multiplyExact(heads, rows), x.stride()));
    }
}
