package io.tesserae.loaders.files;

/**
 * A checkpoint that cannot be loaded. The message names the file, the key or tensor, what was expected, what was found
 * and, where it is not plain from that, what to do.
 */
public final class ModelLoadingException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** With a message that is complete in itself. */
    public ModelLoadingException(String message) {
        super(message);
    }

    /** With the failure below it. */
    public ModelLoadingException(String message, Throwable cause) {
        super(message, cause);
    }
}
