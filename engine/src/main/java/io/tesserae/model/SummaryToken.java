package io.tesserae.model;

import io.tesserae.layer.Rows;
import java.util.OptionalInt;

/** Which token of a sequence stands for all of it. */
sealed interface SummaryToken {

    /** The first: of an encoder, that of {@code [CLS]}. */
    SummaryToken FIRST = new First();

    /**
     * Its row, for each sequence.
     *
     * @throws IllegalArgumentException if a sequence has no such token
     */
    Rows rowsOf(TokenBatch batch);

    /** See {@link #FIRST}. */
    record First() implements SummaryToken {

        @Override
        public Rows rowsOf(TokenBatch batch) {
            BatchChecks.requireFirstTokens(batch);
            return Rows.FIRST;
        }
    }

    /**
     * The last: of a decoder, the only one that has seen all others.
     *
     * @param padding the id whose tokens do not count at the end, whether they are masked or not; empty where none is. Of a sequence of
     *     nothing else the first counts, as in transformers
     */
    record Last(OptionalInt padding) implements SummaryToken {

        @Override
        public Rows rowsOf(TokenBatch batch) {
            for (int s = 0; s < batch.sequences(); s++) {
                if (batch.length(s) == 0) {
                    throw new IllegalArgumentException("sequence " + s
                            + " has no token, but a classifier reads the last:" + " give it a text that is not empty");
                }
            }
            return padding.isEmpty() ? Rows.LAST : lastBut(padding.getAsInt(), batch);
        }

        private static Rows lastBut(int padding, TokenBatch batch) {
            int[] starts = batch.sequenceStarts();
            int[] rows = new int[batch.sequences()];
            for (int s = 0; s < rows.length; s++) {
                rows[s] = starts[s + 1] - 1;
                while (rows[s] > starts[s] && batch.inputIds()[rows[s]] == padding) {
                    rows[s]--;
                }
            }
            return Rows.of(rows);
        }
    }
}
