package io.tesserae.server.failure;

import io.tesserae.arguments.Arguments;

/** A request that cannot be answered. The message is for the client. */
public final class RequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorType type;

    /** Without a trace of the stack: it is an answer, not a defect. */
    public RequestException(ErrorType type, String message) {
        super(Arguments.require(message, "message"), null, false, false);
        this.type = Arguments.require(type, "type");
    }

    /** Why. */
    public ErrorType type() {
        return type;
    }

    /** What the request asks for cannot be. */
    public static RequestException validation(String message) {
        return new RequestException(ErrorType.VALIDATION, message);
    }

    /** There is no input. */
    public static RequestException empty(String message) {
        return new RequestException(ErrorType.EMPTY, message);
    }
}
