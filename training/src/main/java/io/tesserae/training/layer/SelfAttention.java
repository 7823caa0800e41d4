package io.tesserae.training.layer;

import io.tesserae.kernel.Sight;
import io.tesserae.training.layer.ScaledDotProduct.Distances;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;

/** Attention within sequences, whichever way queries, keys and values are computed. */
@SuppressWarnings("exports") // what it computes with is not for others
public interface SelfAttention {

    /** Who sees whom within a sequence, and what is added to the scores. */
    record Options(Sight sight, Optional<Distances> distances) {

        /** Every token sees every token. */
        public static final Options EVERYTHING = new Options(Sight.EVERYTHING, Optional.empty());

        /** Every token sees itself and those before it. */
        public static final Options CAUSAL = new Options(Sight.CAUSAL, Optional.empty());
    }

    /**
     * Attends.
     *
     * @param x {@code [tokens, width]}
     * @param starts where each sequence's tokens begin: {@code [sequences + 1]}
     * @param wanted the rows that ask; empty for all
     * @return {@code [rows that ask, width]}
     */
    Variable forward(Tape tape, Variable x, int[] starts, Optional<Rows> wanted, Options options);
}
