package io.tesserae.layer;

import io.tesserae.tensor.Tensor;
import java.util.Objects;

/**
 * The rows of each sequence that somebody will read: the last layer of a model computes no others. A classifier wants first
 * tokens, a masked language model the masked ones, a decoder the last.
 *
 * @param starts {@code [sequences + 1]}: of sequence s, the wanted rows {@code starts[s]} to {@code starts[s + 1]}
 * @param indices {@code [wanted rows]}, each counted from its sequence's first row
 */
public record WantedRows(int[] starts, int[] indices) {

    /** All rows of every sequence. */
    public static final WantedRows ALL = new WantedRows(new int[] {0}, new int[0]);

    /** Checks that every row belongs to a sequence. */
    public WantedRows {
        if (starts.length == 0 || starts[starts.length - 1] != indices.length) {
            throw new IllegalArgumentException("expected starts that end with the " + indices.length + " wanted rows");
        }
    }

    /** The first row of every sequence; none is empty. */
    public static WantedRows first(int sequences) {
        return new WantedRows(ascending(sequences), new int[sequences]);
    }

    /**
     * The last row of every sequence.
     *
     * @param sequenceStarts where each sequence begins, and where the last ends; none is empty
     */
    public static WantedRows last(int[] sequenceStarts) {
        int sequences = sequenceStarts.length - 1;
        int[] indices = new int[sequences];
        for (int s = 0; s < sequences; s++) {
            indices[s] = sequenceStarts[s + 1] - sequenceStarts[s] - 1;
        }
        return new WantedRows(ascending(sequences), indices);
    }

    private static int[] ascending(int sequences) {
        int[] starts = new int[sequences + 1];
        for (int s = 0; s <= sequences; s++) {
            starts[s] = s;
        }
        return starts;
    }

    /** Whether these are {@link #ALL}. */
    public boolean isAll() {
        return this == ALL;
    }

    /** How many rows are wanted; not for {@link #ALL}. */
    public int count() {
        return indices.length;
    }

    /**
     * Copies the wanted rows.
     *
     * @param from all rows
     * @param to {@code [wanted rows, width]}
     */
    public void gather(Ragged from, Tensor to) {
        if (starts.length != from.starts().length) {
            throw new IllegalArgumentException(
                    "expected wanted rows of " + from.sequences() + " sequences, found " + (starts.length - 1));
        }
        int width = from.rows().dimension(1);
        for (int s = 0; s < from.sequences(); s++) {
            for (int i = starts[s]; i < starts[s + 1]; i++) {
                int row = from.starts()[s] + Objects.checkIndex(indices[i], from.length(s));
                System.arraycopy(from.rows().data(), row * width, to.data(), i * width, width);
            }
        }
    }
}
