package io.tesserae.pipelines.drawing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of one file: its HTML with places that are filled in, its style and its script. Its security policy lets no script run and
 * no style apply but these two, and nothing be fetched.
 */
public final class PageTemplate {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)}}");

    private final String html;
    private final Map<String, Content> own = new HashMap<>();

    /** What is written into a place. */
    @FunctionalInterface
    public interface Content {
        /** Writes it. */
        void writeTo(OutputStream stream) throws IOException;

        /** A text. */
        static Content of(String text) {
            return stream -> stream.write(utf8(text));
        }
    }

    /**
     * Reads a template.
     *
     * @param owner the class that its three files are beside
     * @param name of the files, without {@code .html}, {@code .css} and {@code .js}
     * @param furtherPolicy what else the page may do, {@code "; img-src data:"}; usually empty
     */
    public PageTemplate(Class<?> owner, String name, String furtherPolicy) throws IOException {
        html = resource(owner, name + ".html");
        String style = resource(owner, name + ".css");
        String script = resource(owner, name + ".js");
        own.put("style", Content.of(style));
        own.put("script", Content.of(script));
        own.put(
                "policy",
                Content.of("default-src 'none'; script-src '" + hash(script) + "'; style-src '" + hash(style) + "'"
                        + furtherPolicy + "; base-uri 'none'; form-action 'none'"));
    }

    /** Writes the page. What is filled in is not looked through for places. */
    public void write(Map<String, Content> contents, OutputStream stream) throws IOException {
        Map<String, Content> all = new HashMap<>(own);
        all.putAll(contents);
        Matcher placeholder = PLACEHOLDER.matcher(html);
        int end = 0;
        while (placeholder.find()) {
            stream.write(utf8(html.substring(end, placeholder.start())));
            end = placeholder.end();
            all.get(placeholder.group(1)).writeTo(stream);
        }
        stream.write(utf8(html.substring(end)));
    }

    /** As a Content-Security-Policy names the one inline element it allows. */
    private static String hash(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(utf8(content));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String resource(Class<?> owner, String name) throws IOException {
        try (InputStream stream = owner.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
