package io.tesserae.fuzz;

/** A broken promise. */
public final class Finding extends AssertionError {

    private static final long serialVersionUID = 1;

    Finding(String message) {
        super(message);
    }

    Finding(String message, Throwable cause) {
        super(message, cause);
    }
}
