package io.tesserae.training.layer;

import java.util.Arrays;

/** Where the sequences of a ragged batch begin: {@code [sequences + 1]}, the last being the number of tokens. */
public final class SequenceStarts {

    private SequenceStarts() {}

    /**
     * Refuses what does not part the tokens into sequences.
     *
     * @throws IllegalArgumentException unless they ascend from 0 to the number of tokens
     */
    public static void require(int[] sequenceStarts, int tokens) {
        boolean parts = sequenceStarts.length > 0
                && sequenceStarts[0] == 0
                && sequenceStarts[sequenceStarts.length - 1] == tokens;
        for (int s = 1; s < sequenceStarts.length; s++) {
            parts &= sequenceStarts[s - 1] <= sequenceStarts[s];
        }
        if (!parts) {
            throw new IllegalArgumentException("sequence starts: expected numbers that ascend from 0 to the " + tokens
                    + " tokens, found " + Arrays.toString(sequenceStarts));
        }
    }

    /**
     * Refuses sequences of which there is nothing to pool.
     *
     * @throws IllegalArgumentException as {@link #require}, or if a sequence has no token
     */
    static void requireTokens(int[] sequenceStarts, int tokens) {
        require(sequenceStarts, tokens);
        for (int s = 1; s < sequenceStarts.length; s++) {
            if (sequenceStarts[s - 1] == sequenceStarts[s]) {
                throw new IllegalArgumentException("sequence " + (s - 1) + " has no tokens: there is nothing to pool");
            }
        }
    }
}
