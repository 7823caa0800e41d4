package io.tesserae.server.route;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What a route answers.
 *
 * @param status of HTTP
 * @param contentType of the body
 * @param body may be empty
 * @param headers further ones, by their names
 */
public record Reply(int status, String contentType, byte[] body, Map<String, String> headers) {

    private static final int OK = 200;

    /** JSON. */
    static Reply json(String json) {
        return new Reply(OK, "application/json", json.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** Anything else. */
    static Reply of(String contentType, byte[] body) {
        return new Reply(OK, contentType, body, Map.of());
    }

    /** The same with further headers. */
    Reply with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(more);
        return new Reply(status, contentType, body, Map.copyOf(all));
    }
}
