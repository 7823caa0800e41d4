package io.tesserae.model;

/** What a model refuses of a batch of tokens: ids and positions that it has no row for, and sequences without the token that is read. */
final class BatchChecks {

    private BatchChecks() {}

    /** Refuses ids and positions that a model has no row for. */
    static void requireWithin(TokenBatch batch, int vocabularySize, int maxLength) {
        for (int token = 0; token < batch.tokens(); token++) {
            int id = batch.inputIds()[token];
            int position = batch.positionIds()[token];
            if (id < 0 || id >= vocabularySize) {
                throw new IllegalArgumentException("input id " + id + " is outside the model's vocabulary of "
                        + vocabularySize + " tokens; does the tokenizer belong to this model?");
            }
            if (position < 0 || position >= maxLength) {
                throw new IllegalArgumentException("a sequence reaches position " + position
                        + ", but the model has only " + maxLength + " positions; truncate the text");
            }
        }
    }

    /** Whether no sequence is empty or has its first token masked: that is {@code [CLS]}, which stands for all of it. */
    static boolean haveFirstTokens(TokenBatch batch) {
        for (int s = 0; s < batch.sequences(); s++) {
            if (lacksFirstToken(batch, s)) {
                return false;
            }
        }
        return true;
    }

    /** Refuses a batch that has not all first tokens. */
    static void requireFirstTokens(TokenBatch batch) {
        for (int s = 0; s < batch.sequences(); s++) {
            if (lacksFirstToken(batch, s)) {
                throw new IllegalArgumentException("sequence " + s + " has no first token, or it is masked, but a"
                        + " classifier reads the first token: pad on the right");
            }
        }
    }

    private static boolean lacksFirstToken(TokenBatch batch, int sequence) {
        return batch.length(sequence) == 0 || batch.positionIds()[batch.sequenceStarts()[sequence]] != 0;
    }
}
