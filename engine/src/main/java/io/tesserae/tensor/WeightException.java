package io.tesserae.tensor;

/**
 * A checkpoint's tensors are not those of a model: one is missing, has another shape, belongs to nothing, or holds a value that is
 * no finite number.
 */
public final class WeightException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** With a message that names the tensor, what was expected and what was found. */
    public WeightException(String message) {
        super(message);
    }
}
