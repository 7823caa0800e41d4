package io.tesserae.training.layer;

import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;

/** Attention within sequences, whichever way queries, keys and values are computed. */
public interface SelfAttention {

    /**
     * Attends.
     *
     * @param x {@code [tokens, width]}
     * @param starts where each sequence's tokens begin: {@code [sequences + 1]}
     * @param wanted the rows that ask; empty for all
     * @return {@code [rows that ask, width]}
     */
    Variable forward(Tape tape, Variable x, int[] starts, Optional<Rows> wanted, Attention.Options options);
}
