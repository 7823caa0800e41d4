package io.tesserae.training.tape;

import io.tesserae.tensor.Tensor;

/** A tensor on a {@link Tape}: its value, and the gradient of the loss with respect to it once the backward pass has come so far. */
public final class Variable {

    private final Tensor value;
    private final Gradient gradient; // null where none is wanted

    Variable(Tensor value, Gradient gradient) {
        this.value = value;
        this.gradient = gradient;
    }

    /** Its value; valid until the backward pass has passed it, or the tape is closed. */
    public Tensor value() {
        return value;
    }

    /** Rows of the value. */
    public int rows() {
        return value.dimension(0);
    }

    /** The innermost dimension of the value. */
    public int columns() {
        return value.dimension(-1);
    }

    /** Whether the loss is to be differentiated with respect to it. */
    public boolean needsGradient() {
        return gradient != null;
    }

    /** Where its gradient gathers. */
    public Gradient gradient() {
        if (gradient == null) {
            throw new IllegalStateException("no gradient is wanted of " + value);
        }
        return gradient;
    }

    /** The same value, from which nothing flows back. */
    public Variable detached() {
        return new Variable(value, null);
    }
}
