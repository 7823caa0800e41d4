package io.tesserae.loaders.image;

/**
 * A picture that cannot be read. The message names the file, what was expected, what was found and, where it is not plain
 * from that, what to do.
 */
public final class ImageException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** With a message that is complete in itself. */
    public ImageException(String message) {
        super(message);
    }

    /** With the failure below it. */
    public ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
