package io.tesserae.loaders.hub;

import io.tesserae.loaders.hub.HubException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Speaks to the hub: what is a file, and give me its bytes. Redirects are followed by hand, since the token is for the hub alone,
 * and an answer's meaning depends on how often it was redirected. Thread-safe.
 *
 * <p>Source: {@code get_hf_file_metadata} and {@code http_get} in {@code huggingface_hub/file_download.py}.
 */
final class HubClient implements AutoCloseable {

    private static final int MOST_REDIRECTS = 10;
    private static final int PARTIAL_CONTENT = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final HubSettings settings;
    private final Patience patience;
    private final HttpClient http;

    HubClient(HubSettings settings, Patience patience) {
        this.settings = settings;
        this.patience = patience;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.metadataTimeout())
                .proxy(settings.proxies());
        if (settings.proxies() instanceof EnvironmentProxies proxies && proxies.haveCredentials()) {
            builder.authenticator(proxies.authenticator());
        }
        http = builder.build();
    }

    /**
     * Asks what a file is.
     *
     * @return empty if the revision has no such file
     * @throws TransientFailure if asking again may help
     */
    Optional<RemoteFile> ask(ModelId model, String file) throws IOException {
        Answer<Void> answer = follow(
                "HEAD",
                address(model, file),
                0,
                true,
                HttpResponse.BodyHandlers.discarding(),
                settings.metadataTimeout());
        HttpHeaders headers = answer.response().headers();
        return switch (Verdict.of(answer.response())) {
            case PRESENT -> Optional.of(RemoteFile.of(file, headers, answer.source(), answer.isRedirect()));
            case FILE_ABSENT -> Optional.empty();
            case TRANSIENT -> throw transientFailure(answer);
            case Verdict verdict -> throw refusal(verdict, model, answer);
        };
    }

    /**
     * Begins to fetch a file's bytes from some place on; the hub may ignore the place, see {@link Body#first()}.
     *
     * @param model with the commit for a revision, so that the bytes cannot change between two calls
     * @throws TransientFailure if asking again may help
     */
    Body fetch(ModelId model, RemoteFile file, long from) throws IOException {
        Answer<InputStream> answer = follow(
                "GET",
                address(model, file.name()),
                from,
                false,
                HttpResponse.BodyHandlers.ofInputStream(),
                settings.downloadTimeout());
        HttpResponse<InputStream> response = answer.response();
        try {
            if (response.statusCode() == RANGE_NOT_SATISFIABLE && from > 0) {
                // What is there already is longer than the file, and so is not the file's beginning.
                response.body().close();
                return fetch(model, file, 0);
            }
            Verdict verdict = Verdict.of(response);
            if (verdict == Verdict.TRANSIENT || verdict == Verdict.FORBIDDEN && !isHub(response.uri())) {
                // Elsewhere it is not the token that is refused, but a link that has grown too old.
                throw transientFailure(answer);
            }
            if (verdict == Verdict.FILE_ABSENT) {
                throw new HubException(
                        Reason.INVALID_ANSWER,
                        answer.source() + ": not found, though the hub said that there is such a file");
            }
            if (verdict != Verdict.PRESENT) {
                throw refusal(verdict, model, answer);
            }
            requireIdentity(answer);
            return body(answer, file, from);
        } catch (IOException e) {
            response.body().close();
            throw e;
        }
    }

    /**
     * Bytes of a file, as they arrive.
     *
     * @param stream to be closed by who reads it
     * @param first the place in the file of the stream's first byte
     * @param length of the stream; -1 if it was not said
     */
    record Body(InputStream stream, long first, long length) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    private Body body(Answer<InputStream> answer, RemoteFile file, long from) throws HubException {
        HttpResponse<InputStream> response = answer.response();
        long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
        long first = 0;
        if (response.statusCode() == PARTIAL_CONTENT) {
            String range = response.headers().firstValue("Content-Range").orElse("nothing");
            OptionalLong begin = ContentRange.first(range, file.size());
            if (begin.isEmpty() || begin.getAsLong() > from) {
                throw new HubException(
                        Reason.INVALID_ANSWER,
                        answer.source() + ": Content-Range: expected bytes " + from + " to the end of " + file.size()
                                + ", found " + range);
            }
            first = begin.getAsLong();
        }
        if (file.size() >= 0 && length >= 0 && first + length != file.size()) {
            throw new HubException(
                    Reason.INVALID_ANSWER,
                    answer.source() + ": expected a file of " + file.size() + " bytes, found one of "
                            + (first + length));
        }
        return new Body(new StallGuard(response.body(), settings.downloadTimeout(), patience), first, length);
    }

    /** Compressed on the way, the bytes would be others than the ones that the size and the checksum are of. */
    private static void requireIdentity(Answer<?> answer) throws HubException {
        Optional<String> encoding = answer.response().headers().firstValue("Content-Encoding");
        if (encoding.isPresent() && !encoding.get().equalsIgnoreCase("identity")) {
            throw new HubException(
                    Reason.INVALID_ANSWER,
                    answer.source() + ": sent as " + encoding.get()
                            + ", though it was asked for as it is; is there a proxy" + " between that compresses?");
        }
    }

    // --- Requests

    /** An answer, and the address that gave it, without what may be secret in it. */
    private record Answer<T>(HttpResponse<T> response) {

        boolean isRedirect() {
            return isRedirect(response);
        }

        static boolean isRedirect(HttpResponse<?> response) {
            return response.statusCode() / 100 == 3
                    && response.headers().firstValue("Location").isPresent();
        }

        String source() {
            return withoutQuery(response.uri());
        }
    }

    /**
     * Sends a request and follows where it leads.
     *
     * @param onlyOnHub whether an answer that leads to another host is the answer itself
     */
    private <T> Answer<T> follow(
            String method,
            URI address,
            long from,
            boolean onlyOnHub,
            HttpResponse.BodyHandler<T> handler,
            Duration timeout)
            throws IOException {
        URI next = address;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpResponse<T> response = send(request(method, next, from, timeout), handler);
            if (!Answer.isRedirect(response)) {
                return new Answer<>(response);
            }
            URI target = target(response);
            if (onlyOnHub && !isHub(target)) {
                return new Answer<>(response);
            }
            close(response);
            next = target;
        }
        throw new HubException(
                Reason.INVALID_ANSWER, withoutQuery(address) + ": redirected more than " + MOST_REDIRECTS + " times");
    }

    private HttpRequest request(String method, URI address, long from, Duration timeout) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(timeout)
                .header("User-Agent", "tesserae; java/" + Runtime.version().feature())
                .header("Accept-Encoding", "identity");
        if (isHub(address)) {
            settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        }
        if (from > 0) {
            request.header("Range", "bytes=" + from + "-");
        }
        return request.build();
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException {
        try {
            return http.send(request, handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(withoutQuery(request.uri()));
        } catch (javax.net.ssl.SSLHandshakeException e) {
            throw new HubException(
                    Reason.UNREACHABLE,
                    withoutQuery(request.uri()) + ": no safe connection: " + e.getMessage()
                            + "; where a company's own certificate stands between, the JVM must be told to trust it"
                            + " (-Djavax.net.ssl.trustStore)" + HubException.NETWORK_ADVICE,
                    e);
        } catch (IOException e) {
            throw new TransientFailure(withoutQuery(request.uri()) + ": " + reason(e) + throughProxy(request.uri()), e);
        }
    }

    /** It may be the proxy that was not found or did not answer. */
    private String throughProxy(URI address) {
        return settings.proxies().select(address).stream()
                .filter(proxy -> proxy.address() instanceof InetSocketAddress)
                .map(proxy -> (InetSocketAddress) proxy.address())
                .findFirst()
                .map(proxy -> " (through the proxy " + proxy.getHostString() + ":" + proxy.getPort() + ")")
                .orElse("");
    }

    static InterruptedIOException interrupted(String what) {
        return new InterruptedIOException(what + ": interrupted");
    }

    /** What went wrong, for people: the JDK leaves some of these messages empty. */
    static String reason(IOException failure) {
        return switch (failure) {
            case java.net.http.HttpConnectTimeoutException e -> "no connection in time";
            case java.net.http.HttpTimeoutException e ->
                e.getMessage() == null || e.getMessage().equals("request timed out")
                        ? "no answer in time"
                        : e.getMessage();
            case java.net.ConnectException e
            when hasCause(e, java.nio.channels.UnresolvedAddressException.class) -> "no such host is known";
            case java.net.ConnectException e -> "no connection";
            default -> failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        };
    }

    private static boolean hasCause(Throwable failure, Class<?> type) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private URI target(HttpResponse<?> response) throws HubException {
        String location = response.headers().firstValue("Location").orElseThrow();
        URI target;
        try {
            target = response.uri().resolve(location);
        } catch (IllegalArgumentException e) {
            throw new HubException(
                    Reason.INVALID_ANSWER, withoutQuery(response.uri()) + ": redirected to what is no address", e);
        }
        boolean web =
                ("https".equals(target.getScheme()) || "http".equals(target.getScheme())) && target.getHost() != null;
        boolean unsafe = "https".equals(response.uri().getScheme()) && !"https".equals(target.getScheme());
        if (!web || unsafe) {
            throw new HubException(
                    Reason.INVALID_ANSWER,
                    withoutQuery(response.uri()) + ": redirected to " + withoutQuery(target)
                            + ", which is not as safe; expected https");
        }
        return target;
    }

    /** Whether the address is the hub's own: the same host and port, by the same protocol. */
    private boolean isHub(URI address) {
        URI hub = settings.endpoint();
        return hub.getScheme().equals(address.getScheme())
                && hub.getHost().equalsIgnoreCase(address.getHost())
                && hub.getPort() == address.getPort();
    }

    private static void close(HttpResponse<?> response) throws IOException {
        if (response.body() instanceof InputStream stream) {
            stream.close();
        }
    }

    // --- Addresses

    private URI address(ModelId model, String file) {
        return URI.create(settings.endpoint() + "/" + model.repository() + "/resolve/" + encode(model.revision(), false)
                + "/" + encode(file, true));
    }

    /** Where a person finds the model. */
    String page(ModelId model) {
        return settings.endpoint() + "/" + model.repository();
    }

    private static String encode(String text, boolean keepSlashes) {
        StringBuilder encoded = new StringBuilder();
        for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (unit & 0xFF);
            boolean plain = character < 0x80 && Character.isLetterOrDigit(character)
                    || "-._~".indexOf(character) >= 0
                    || keepSlashes && character == '/';
            encoded.append(plain ? String.valueOf(character) : "%%%02X".formatted((int) character));
        }
        return encoded.toString();
    }

    /** Queries hold the signatures with which large files are fetched. */
    static String withoutQuery(URI address) {
        String text = address.toString();
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query);
    }

    // --- Refusals

    /** What an answer's status means. */
    private enum Verdict {
        PRESENT,
        FILE_ABSENT,
        REVISION_ABSENT,
        MODEL_ABSENT,
        GATED,
        FORBIDDEN,
        TRANSIENT,
        PROXY_CLOSED,
        STRANGE;

        /** Source: {@code hf_raise_for_status} in {@code huggingface_hub/utils/_http.py}. */
        static Verdict of(HttpResponse<?> response) {
            int status = response.statusCode();
            if (status / 100 == 2 || Answer.isRedirect(response)) {
                return PRESENT;
            }
            String code = response.headers().firstValue("X-Error-Code").orElse("");
            String message = response.headers().firstValue("X-Error-Message").orElse("");
            return switch (code) {
                case "EntryNotFound" -> FILE_ABSENT;
                case "RevisionNotFound" -> REVISION_ABSENT;
                case "RepoNotFound" -> MODEL_ABSENT;
                case "GatedRepo" -> GATED;
                default ->
                    switch (status) {
                        case 404 -> FILE_ABSENT;
                        case 401 ->
                            message.toLowerCase(Locale.ROOT).contains("invalid credentials") ? FORBIDDEN : MODEL_ABSENT;
                        case 403 -> FORBIDDEN;
                        case 407 -> PROXY_CLOSED;
                        case 408, 429 -> TRANSIENT;
                        default -> status / 100 == 5 ? TRANSIENT : STRANGE;
                    };
            };
        }
    }

    private static TransientFailure transientFailure(Answer<?> answer) {
        HttpResponse<?> response = answer.response();
        return new TransientFailure(
                answer.source() + ": answered with status " + response.statusCode()
                        + (response.statusCode() == 429 ? ", too many requests" : ""),
                response.headers().firstValue("Retry-After"));
    }

    private HubException refusal(Verdict verdict, ModelId model, Answer<?> answer) {
        String tokenAdvice = settings.token().isPresent()
                ? "; or the token that was sent may not read it"
                : "; if it is private, set HF_TOKEN to a token that may read it";
        return switch (verdict) {
            case MODEL_ABSENT ->
                new HubException(
                        Reason.MODEL_NOT_FOUND,
                        "the hub " + settings.endpoint() + " has no model \"" + model.repository() + "\""
                                + tokenAdvice);
            case REVISION_ABSENT ->
                new HubException(
                        Reason.REVISION_NOT_FOUND,
                        "the model \"" + model.repository() + "\" has no revision \"" + model.revision() + "\"; see "
                                + page(model));
            case GATED ->
                new HubException(
                        Reason.ACCESS_DENIED,
                        "the model \"" + model.repository() + "\" is gated: ask for access at " + page(model)
                                + (settings.token().isPresent()
                                        ? "; the token that was sent has none"
                                        : ", then set HF_TOKEN to a token of yours"));
            case FORBIDDEN ->
                new HubException(
                        Reason.ACCESS_DENIED,
                        answer.source() + ": refused with status "
                                + answer.response().statusCode()
                                + (settings.token().isPresent()
                                        ? "; is the token valid, and may it read this model?"
                                        : ""));
            case PROXY_CLOSED ->
                new HubException(
                        Reason.UNREACHABLE,
                        answer.source() + throughProxy(answer.response().uri())
                                + ": the proxy wants a name and a password (status 407): give them as"
                                + " HTTPS_PROXY=http://NAME:PASSWORD@host:port; for https the JVM also needs"
                                + " -Djdk.http.auth.tunneling.disabledSchemes=" + HubException.NETWORK_ADVICE);
            default ->
                new HubException(
                        Reason.INVALID_ANSWER,
                        answer.source() + ": answered with status "
                                + answer.response().statusCode() + ", which makes no sense here");
        };
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
