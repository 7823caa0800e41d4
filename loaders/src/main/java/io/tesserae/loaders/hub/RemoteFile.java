package io.tesserae.loaders.hub;

import io.tesserae.loaders.hub.HubException.Reason;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the hub says about a file.
 *
 * @param name in the repository
 * @param commit that the asked revision stands at
 * @param etag what its blob is called: a plain file name
 * @param size in bytes; -1 if it was not said
 */
record RemoteFile(String name, String commit, String etag, long size) {

    /** Becomes a file's name, so it must be nothing but one, and none that the cache gives another meaning. */
    private static final Pattern ETAG = Pattern.compile("[0-9A-Za-z][0-9A-Za-z_-]{0,127}");

    private static final Pattern SIZE = Pattern.compile("\\d{1,18}");

    /**
     * Believes the headers of an answer only as far as they make sense.
     *
     * @param source where they come from, for messages
     * @param redirected whether the answer leads elsewhere, so that its length is not the file's
     */
    static RemoteFile of(String name, HttpHeaders headers, String source, boolean redirected) throws HubException {
        String commit = required(headers, "X-Repo-Commit", source);
        if (!ModelId.isCommit(commit)) {
            throw invalid(source, "X-Repo-Commit", "a commit, 40 digits of base 16", commit);
        }
        Optional<String> linkedEtag = headers.firstValue("X-Linked-Etag");
        String etag = plain(linkedEtag.isPresent() ? linkedEtag.get() : required(headers, "ETag", source));
        if (!ETAG.matcher(etag).matches()) {
            throw invalid(source, "ETag", "letters, digits, - and _", etag);
        }
        Optional<String> size = headers.firstValue("X-Linked-Size")
                .or(() -> redirected ? Optional.empty() : headers.firstValue("Content-Length"));
        if (size.isPresent() && !SIZE.matcher(size.get()).matches()) {
            throw invalid(source, "size", "a number of bytes", size.get());
        }
        return new RemoteFile(name, commit, etag, size.map(Long::parseLong).orElse(-1L));
    }

    /** Without the mark of a weak etag and without quotes. */
    private static String plain(String etag) {
        String strong = etag.startsWith("W/") ? etag.substring(2) : etag;
        return strong.startsWith("\"") && strong.endsWith("\"") && strong.length() > 1
                ? strong.substring(1, strong.length() - 1)
                : strong;
    }

    private static String required(HttpHeaders headers, String header, String source) throws HubException {
        Optional<String> value = headers.firstValue(header);
        if (value.isEmpty()) {
            throw new HubException(
                    Reason.INVALID_ANSWER,
                    source + ": answered without the header " + header
                            + ", as no Hugging Face hub does; does HF_ENDPOINT name one, and is there a proxy between?");
        }
        return value.get();
    }

    private static HubException invalid(String source, String header, String expected, String found) {
        return new HubException(
                Reason.INVALID_ANSWER,
                source + ": " + header + ": expected " + expected + ", found \""
                        + found.substring(0, Math.min(found.length(), 80)) + "\"");
    }
}
