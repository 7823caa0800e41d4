package io.tesserae.server.failure;

import java.util.Locale;

/** Why a request is not answered, by the names and statuses of text-embeddings-inference. */
public enum ErrorType {
    /** The models are not ready. */
    UNHEALTHY(503),
    /** A model failed, or no model here does what is asked for. */
    BACKEND(424),
    /** More inputs are in work than the server takes. */
    OVERLOADED(429),
    /** A text cannot be tokenized. */
    TOKENIZER(422),
    /** The request is well-formed, and asks for what cannot be. */
    VALIDATION(422),
    /** There is no input. */
    EMPTY(400),
    /** The body is no JSON, or no form. */
    MALFORMED(400),
    /** The key is missing or wrong. */
    UNAUTHORIZED(401),
    /** There is no such route, model or task. */
    NOT_FOUND(404),
    /** The route is there, but not with this method. */
    METHOD_NOT_ALLOWED(405),
    /** The body took too long to come. */
    TIMEOUT(408),
    /** The body is larger than the server takes. */
    TOO_LARGE(413),
    /** The body is neither JSON nor a form. */
    UNSUPPORTED_MEDIA_TYPE(415),
    /** Jetty refused what it read: a header that is too long, a line that is none of HTTP. */
    HTTP(400),
    /** A defect of this server. */
    INTERNAL(500);

    private final int status;

    ErrorType(int status) {
        this.status = status;
    }

    /** The status of HTTP. */
    public int status() {
        return status;
    }

    /** As it is written in answers: {@code overloaded}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
