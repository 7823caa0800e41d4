package io.tesserae.model;

import io.tesserae.arguments.Arguments;

/** The first token of every sequence, {@code [CLS]}, whose hidden state stands for all of it. */
final class FirstTokens {

    private FirstTokens() {}

    /** Whether no sequence is empty or has its first token masked. */
    static boolean areThere(TokenBatch batch) {
        for (int s = 0; s < batch.sequences(); s++) {
            if (isMissing(batch, s)) {
                return false;
            }
        }
        return true;
    }

    static void require(TokenBatch batch) {
        Arguments.require(batch, "batch");
        for (int s = 0; s < batch.sequences(); s++) {
            if (isMissing(batch, s)) {
                throw new IllegalArgumentException("sequence " + s + " has no first token, or it is masked, but a"
                        + " classifier reads the first token: pad on the right");
            }
        }
    }

    private static boolean isMissing(TokenBatch batch, int sequence) {
        return batch.length(sequence) == 0 || batch.positionIds()[batch.sequenceStarts()[sequence]] != 0;
    }
}
