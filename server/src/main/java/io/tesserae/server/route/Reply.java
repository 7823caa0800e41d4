package io.tesserae.server.route;

import java.nio.charset.StandardCharsets;

/**
 * What a route answers.
 *
 * @param status of HTTP
 * @param contentType of the body
 * @param body may be empty
 */
public record Reply(int status, String contentType, byte[] body) {

    private static final int OK = 200;

    /** JSON. */
    static Reply json(String json) {
        return new Reply(OK, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** Anything else. */
    static Reply of(String contentType, byte[] body) {
        return new Reply(OK, contentType, body);
    }
}
