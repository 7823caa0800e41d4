package io.tesserae.server.route;

import com.google.gson.JsonObject;
import io.tesserae.server.json.Members;
import java.util.Locale;

/**
 * What a route is asked.
 *
 * @param path the request's, without its query
 * @param body an object; one without members for GET
 * @param accept what the client wants to have, as HTTP writes it; empty where it does not say
 */
public record Query(String path, JsonObject body, String accept) {

    /** The body's members. */
    Members members() {
        return new Members(body, "");
    }

    /** Whether the client asks for HTML by its name, as browsers do and programs do not. */
    boolean wantsHtml() {
        return accept.toLowerCase(Locale.ROOT).contains("text/html");
    }

    /** What stands behind the path's last slash. */
    String lastSegment() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
