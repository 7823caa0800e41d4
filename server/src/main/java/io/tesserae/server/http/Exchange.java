package io.tesserae.server.http;

import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.json.JsonText;
import io.tesserae.server.route.Reply;
import io.tesserae.server.route.Routes;
import io.tesserae.server.serving.Call;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A request and its answer. For one thread. */
final class Exchange {

    private static final int CLIENT_LEFT = 499; // as nginx logs it; nobody reads it
    private static final long NANOS_OF_MILLI = 1_000_000;

    private final Request request;
    private final Response response;
    private final String path;
    private String route = RequestHandler.noRoute();
    private int status;
    private long bytes;

    Exchange(Request request, Response response, String path) {
        this.request = request;
        this.response = response;
        this.path = path;
    }

    Request request() {
        return request;
    }

    String path() {
        return path;
    }

    String route() {
        return route;
    }

    int status() {
        return status;
    }

    void found(String pattern) {
        route = pattern;
    }

    void write(Reply reply, Call call, Callback callback) {
        if (call.isComputed()) {
            writeTimes(call);
        }
        reply.headers().forEach(response.getHeaders()::put);
        if (isKept(reply)) {
            send(HttpStatus.NOT_MODIFIED_304, reply.contentType(), new byte[0], callback);
        } else {
            send(reply.status(), reply.contentType(), reply.body(), callback);
        }
    }

    /** Whether the client has it already, and asks only whether it is still so. */
    private boolean isKept(Reply reply) {
        String tag = reply.headers().get(HttpHeader.ETAG.asString());
        return tag != null
                && request.getHeaders().getCSV(HttpHeader.IF_NONE_MATCH, true).contains(tag);
    }

    /** The headers of text-embeddings-inference; times in milliseconds. */
    private void writeTimes(Call call) {
        HttpFields.Mutable headers = response.getHeaders();
        headers.put("x-compute-type", "cpu");
        headers.put("x-compute-time", millis(call.totalNanos()));
        headers.put("x-compute-characters", Long.toString(call.characters()));
        headers.put("x-compute-tokens", Long.toString(call.tokens()));
        headers.put("x-total-time", millis(call.totalNanos()));
        headers.put("x-tokenization-time", millis(call.tokenizationNanos()));
        headers.put("x-queue-time", millis(call.queueNanos()));
        headers.put("x-inference-time", millis(call.inferenceNanos()));
    }

    private static String millis(long nanos) {
        return Long.toString(nanos / NANOS_OF_MILLI);
    }

    void writeError(RequestException failure, Call call, Routes routes, Callback callback) {
        if (response.isCommitted()) {
            callback.failed(failure);
            return;
        }
        HttpFields.Mutable headers = response.getHeaders();
        switch (failure.type()) {
            case OVERLOADED -> headers.put(HttpHeader.RETRY_AFTER, "1");
            case UNAUTHORIZED -> headers.put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
            case METHOD_NOT_ALLOWED ->
                routes.methods(path).ifPresent(methods -> headers.put(HttpHeader.ALLOW, methods));
            // What is left of the body is not worth reading
            case TOO_LARGE, TIMEOUT -> headers.put(HttpHeader.CONNECTION, "close");
            default -> {}
        }
        send(failure.type().status(), "application/json", error(failure), callback);
    }

    private byte[] error(RequestException failure) {
        JsonText json = new JsonText().begin();
        ErrorType type = failure.type();
        if (path.startsWith("/v1/")) {
            json.name("message").string(failure.getMessage());
            json.name("code").integer(type.status());
            json.name("type").string(type.text());
        } else {
            json.name("error").string(failure.getMessage());
            json.name("error_type").string(type.text());
        }
        return json.end().toString().getBytes(StandardCharsets.UTF_8);
    }

    private void send(int newStatus, String contentType, byte[] body, Callback callback) {
        status = newStatus;
        bytes = body.length;
        response.setStatus(newStatus);
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.CONTENT_TYPE, contentType);
        if (newStatus != HttpStatus.NOT_MODIFIED_304) {
            headers.put(HttpHeader.CONTENT_LENGTH, body.length);
        }
        headers.put("X-Content-Type-Options", "nosniff");
        boolean head = request.getMethod().equals("HEAD");
        response.write(true, head ? ByteBuffer.allocate(0) : ByteBuffer.wrap(body), callback);
    }

    /** Nobody reads what is written: a client that has only said that it sends no more, at most. */
    void abandon(Callback callback) {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        send(CLIENT_LEFT, "application/json", new byte[0], callback);
    }

    /** One line of JSON. */
    String logLine(Call call) {
        JsonText json = new JsonText()
                .begin()
                .name("time")
                .string(Instant.now().toString())
                .name("remote")
                .string(String.valueOf(Request.getRemoteAddr(request)))
                .name("method")
                .string(request.getMethod())
                .name("path")
                .string(path)
                .name("status")
                .integer(status)
                .name("bytes")
                .integer(bytes)
                .name("tokens")
                .integer(call.tokens())
                .name("queue_ms")
                .integer(call.queueNanos() / NANOS_OF_MILLI)
                .name("inference_ms")
                .integer(call.inferenceNanos() / NANOS_OF_MILLI)
                .name("total_ms")
                .integer(call.totalNanos() / NANOS_OF_MILLI);
        return json.end().toString();
    }
}
