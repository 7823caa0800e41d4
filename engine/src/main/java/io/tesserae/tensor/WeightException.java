package io.tesserae.tensor;

/** A checkpoint's tensors are not those of the model: one is missing, has another shape, or belongs to nothing. */
public final class WeightException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** With a message that names the tensor, what was expected and what was found. */
    public WeightException(String message) {
        super(message);
    }
}
