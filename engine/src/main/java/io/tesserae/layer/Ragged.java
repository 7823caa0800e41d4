package io.tesserae.layer;

import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/**
 * The rows of several sequences, one after the other, without padding.
 *
 * @param rows {@code [rows of all, width]}
 * @param starts {@code [sequences + 1]}: sequence s has the rows {@code starts[s]} to {@code starts[s + 1]}
 */
public record Ragged(Tensor rows, int[] starts) {

    /** Checks that the sequences have all rows. */
    public Ragged {
        if (starts.length == 0 || starts[starts.length - 1] != rows.dimension(0)) {
            throw new IllegalArgumentException("expected sequences of all of " + rows + ", found "
                    + (starts.length == 0 ? "none" : "their end at row " + starts[starts.length - 1]));
        }
    }

    /** Where sequences of one length begin, and where the last ends: {@code [sequences + 1]}. */
    public static int[] starts(int sequences, int length) {
        int[] starts = new int[sequences + 1];
        Arrays.setAll(starts, s -> Math.multiplyExact(s, length));
        return starts;
    }

    /** How many sequences there are. */
    public int sequences() {
        return starts.length - 1;
    }

    /** How many rows a sequence has. */
    public int length(int sequence) {
        return starts[sequence + 1] - starts[sequence];
    }
}
