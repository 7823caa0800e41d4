package io.tesserae.server.serving;

/** Nobody waits for the answer any more. */
public final class ClientLeftException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ClientLeftException() {
        super("the client has left", null, false, false);
    }
}
