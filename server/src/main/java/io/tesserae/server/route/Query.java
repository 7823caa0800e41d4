package io.tesserae.server.route;

import com.google.gson.JsonObject;
import io.tesserae.server.json.Members;

/**
 * What a route is asked.
 *
 * @param path the request's, without its query
 * @param body an object; one without members for GET
 */
public record Query(String path, JsonObject body) {

    /** The body's members. */
    Members members() {
        return new Members(body, "");
    }

    /** What stands behind the path's last slash. */
    String lastSegment() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
