package io.tesserae.training.loss;

import java.util.Arrays;

/** Where the sequences of a ragged batch begin. */
final class SequenceStarts {

    private SequenceStarts() {}

    /**
     * Refuses what does not part the tokens into sequences.
     *
     * @throws IllegalArgumentException unless they ascend from 0 to the number of tokens
     */
    static void require(int[] sequenceStarts, int tokens) {
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
}
