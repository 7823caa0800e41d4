package io.tesserae.training.layer;

import io.tesserae.tensor.Activation;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * The position-wise feed-forward block: arXiv 1706.03762, section 3.3.
 *
 * @param expand {@code [intermediate, hidden]}
 * @param activation between the two layers
 * @param contract {@code [hidden, intermediate]}
 */
public record FeedForward(Linear expand, Activation activation, Linear contract) implements PositionWise {

    @Override
    public Variable forward(Tape tape, Variable x) {
        Variable expanded = expand.forward(tape, x); // [rows, intermediate]
        return contract.forward(tape, Activate.forward(tape, activation, expanded)); // [rows, hidden]
    }
}
