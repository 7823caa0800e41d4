package io.tesserae.server.http;

import com.google.gson.JsonObject;
import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.RequestJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * Reads the bodies of requests.
 *
 * @param maxBytes of one
 */
record BodyReader(int maxBytes) {

    /** A client that sends one byte now and then keeps its connection alive, but not for longer than this. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final int PIECE = 16 * 1024;

    /** The body as an object: JSON, or a form with pictures. */
    JsonObject read(Request request) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (media) {
            case "application/json" -> RequestJson.object(bytes(request));
            case "multipart/form-data" -> Forms.read(bytes(request), type, maxBytes);
            default ->
                throw new RequestException(
                        ErrorType.UNSUPPORTED_MEDIA_TYPE,
                        "expected Content-Type: application/json, or multipart/form-data for pictures");
        };
    }

    private byte[] bytes(Request request) {
        if (request.getLength() > maxBytes) {
            throw tooLarge();
        }
        long end = System.nanoTime() + LONGEST.toNanos();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE];
        try (InputStream in = Content.Source.asInputStream(request)) {
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                bytes.write(piece, 0, count);
                if (bytes.size() > maxBytes) {
                    throw tooLarge();
                }
                if (System.nanoTime() - end > 0) {
                    throw new RequestException(
                            ErrorType.TIMEOUT, "the body took longer than " + LONGEST.toSeconds() + " seconds");
                }
            }
        } catch (IOException e) {
            throw new RequestException(ErrorType.MALFORMED, "the body ends too early, or took too long");
        }
        return bytes.toByteArray();
    }

    private RequestException tooLarge() {
        return new RequestException(
                ErrorType.TOO_LARGE, "the body is larger than the " + maxBytes + " bytes that are allowed");
    }
}
