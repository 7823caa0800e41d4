package io.tesserae.server.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * A file of the page for people.
 *
 * @param contentType of HTTP
 * @param bytes the file
 * @param tag changes with the file: what HTTP calls an entity tag, in its quotes
 */
public record PageFile(String contentType, byte[] bytes, String tag) {

    /** The page itself. */
    public static final String INDEX = "index.html";

    /**
     * All files, by their names: nothing else on the class path can be asked for. There is one of each, so that what a browser keeps is
     * checked with every visit, and costs nothing then.
     */
    private static final Map<String, String> TYPES = Map.of(
            INDEX,
            "text/html; charset=utf-8",
            "page.css",
            "text/css; charset=utf-8",
            "page.js",
            "text/javascript; charset=utf-8",
            "pictures.js",
            "text/javascript; charset=utf-8",
            "tasks.js",
            "text/javascript; charset=utf-8",
            "elements.js",
            "text/javascript; charset=utf-8",
            "icon.svg",
            "image/svg+xml");

    /** The policy allows what the page is made of and nothing else: no code or style within the markup, nothing from elsewhere. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' data: blob:; connect-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none';"
            + " frame-ancestors 'none'";

    private static final int TAG_BYTES = 16;

    /** The names of all files. */
    public static Iterable<String> names() {
        return TYPES.keySet();
    }

    /** Reads one of them. */
    public static PageFile of(String name) {
        try (InputStream in = PageFile.class.getResourceAsStream(name)) {
            if (in == null || !TYPES.containsKey(name)) {
                throw new IllegalStateException("no file " + name);
            }
            byte[] bytes = in.readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new PageFile(TYPES.get(name), bytes, '"' + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + '"');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What a browser is told about it. */
    public Map<String, String> headers() {
        return Map.of(
                "Content-Security-Policy",
                POLICY,
                "Referrer-Policy",
                "no-referrer",
                "Cache-Control",
                "no-cache",
                "ETag",
                tag);
    }
}
