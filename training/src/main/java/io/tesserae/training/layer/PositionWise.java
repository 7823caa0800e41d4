package io.tesserae.training.layer;

import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/** What a block does with every row by itself: a feed-forward block of one kind or another. */
public interface PositionWise {

    /** From {@code x [rows, hidden]} to {@code [rows, hidden]}. */
    Variable forward(Tape tape, Variable x);
}
