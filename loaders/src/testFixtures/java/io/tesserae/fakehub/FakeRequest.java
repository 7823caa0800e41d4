package io.tesserae.fakehub;

import java.util.Map;
import java.util.Optional;

/**
 * A request as it arrived.
 *
 * @param host which server it went to
 * @param method GET or HEAD
 * @param target path and query, as sent
 * @param headers by their names in small letters
 */
public record FakeRequest(Host host, String method, String target, Map<String, String> headers) {

    /** The two servers of a {@link FakeHub}. */
    public enum Host {
        HUB,
        /** Where the hub sends whoever wants a large file. */
        CDN
    }

    /** The value of a header. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** As {@code HEAD config.json}, or {@code CDN model.safetensors} for what the second server is asked. */
    public String summary() {
        String path = target.contains("?file=") ? target.substring(target.indexOf("?file=") + 6) : target;
        int resolve = path.indexOf("/resolve/");
        String file = path;
        if (resolve >= 0) {
            file = path.substring(path.indexOf('/', resolve + "/resolve/".length()) + 1);
        } else if (path.startsWith(FakeHub.RELOCATED)) {
            file = path.substring(path.indexOf("/files/") + "/files/".length());
        }
        return (host == Host.CDN ? "CDN" : method) + " " + file;
    }
}
