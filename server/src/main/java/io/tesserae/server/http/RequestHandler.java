package io.tesserae.server.http;

import com.google.gson.JsonObject;
import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.server.failure.ErrorType;
import io.tesserae.server.failure.RequestException;
import io.tesserae.server.metrics.ServerMetrics;
import io.tesserae.server.model.ServerOptions;
import io.tesserae.server.route.Query;
import io.tesserae.server.route.Reply;
import io.tesserae.server.route.Routes;
import io.tesserae.server.serving.Call;
import io.tesserae.server.serving.ClientLeftException;
import io.tesserae.server.serving.Permits;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** From a request of Jetty's to a route, and back: keys, bodies, errors, headers, the log. */
public final class RequestHandler extends Handler.Abstract {

    private static final System.Logger LOGGER = System.getLogger(RequestHandler.class.getName());

    /** What metrics call a path that there is not: clients must not make new names of metrics. */
    private static final String NO_ROUTE = "none";

    private final Routes routes;
    private final ServerOptions options;
    private final Permits permits;
    private final ServerMetrics metrics;
    private final BooleanSupplier ready;
    private final BodyReader bodies;

    /** A handler for these routes. */
    public RequestHandler(
            Routes routes, ServerOptions options, Permits permits, ServerMetrics metrics, BooleanSupplier ready) {
        this.routes = routes;
        this.options = options;
        this.permits = permits;
        this.metrics = metrics;
        this.ready = ready;
        this.bodies = new BodyReader(options.limits().maxBodyBytes());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        Exchange exchange = new Exchange(request, response, path);
        Optional<WatchedEndPoint> connection = connection(request);
        connection.ifPresent(WatchedEndPoint::begin);
        try (Call call = new Call(permits, clientLeft(request))) {
            // Before Jetty hears of it, since a server that stops ends when all requests are done
            Callback told = Callback.from(() -> tell(exchange, call), callback);
            try {
                Reply reply = answer(exchange, call);
                exchange.write(reply, call, told);
            } catch (ClientLeftException e) {
                exchange.abandon(told);
            } catch (Throwable failure) { // errors too: a hostile text may ask for more stack
                exchange.writeError(known(failure), call, routes, told);
            }
        } finally {
            connection.filter(_ -> !sharesConnection(request)).ifPresent(WatchedEndPoint::end);
        }
        return true;
    }

    private void tell(Exchange exchange, Call call) {
        metrics.answered(exchange.route(), exchange.status(), call.totalNanos());
        try {
            options.accessLog().ifPresent(log -> log.accept(exchange.logLine(call)));
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, "a line of the access log is lost", e);
        }
    }

    /** Below TLS, where there is TLS. */
    private static Optional<WatchedEndPoint> connection(Request request) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        EndPoint below = endPoint instanceof EndPoint.Wrapper wrapper ? wrapper.unwrap() : endPoint;
        return below instanceof WatchedEndPoint watched ? Optional.of(watched) : Optional.empty();
    }

    /** Whether other requests may be on their way over the same connection. */
    private static boolean sharesConnection(Request request) {
        return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2;
    }

    private Reply answer(Exchange exchange, Call call) {
        Routes.Found found = routes.find(exchange.request().getMethod(), exchange.path());
        exchange.found(found.path());
        if (!found.open()) {
            requireKey(exchange.request());
            if (!ready.getAsBoolean()) {
                throw new RequestException(ErrorType.UNHEALTHY, "the models are not ready yet");
            }
        }
        JsonObject body = found.method().equals("POST") ? bodies.read(exchange.request()) : new JsonObject();
        String accept = String.join(",", exchange.request().getHeaders().getValuesList(HttpHeader.ACCEPT));
        return found.route().answer(new Query(exchange.path(), body, accept), call);
    }

    /** In a time that does not depend on how much of the key is right. */
    private void requireKey(Request request) {
        if (options.apiKey().isEmpty()) {
            return;
        }
        String header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        String expected = "Bearer " + options.apiKey().get();
        boolean same = header != null
                && java.security.MessageDigest.isEqual(
                        header.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        expected.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        if (!same) {
            throw new RequestException(
                    ErrorType.UNAUTHORIZED, "the key is missing or wrong; expected Authorization: Bearer KEY");
        }
    }

    private static BooleanSupplier clientLeft(Request request) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        return endPoint instanceof WatchedEndPoint watched && !sharesConnection(request)
                ? watched::hasClientLeft
                : () -> !endPoint.isOpen();
    }

    private static RequestException known(Throwable failure) {
        return switch (failure) {
            case RequestException known -> known;
            case IllegalArgumentException e when e.getMessage() != null -> RequestException.validation(e.getMessage());
            case ImageException e -> RequestException.validation(e.getMessage());
            case ModelLoadingException _ ->
                new RequestException(
                        ErrorType.BACKEND, "the model cannot be loaded for this task; the server's log says why");
            case StackOverflowError _ -> RequestException.validation("the request is nested too deeply");
            case OutOfMemoryError _ ->
                new RequestException(ErrorType.OVERLOADED, "there is too little memory for this request");
            default -> {
                LOGGER.log(Level.ERROR, "a request failed", failure);
                yield new RequestException(ErrorType.INTERNAL, "the server failed");
            }
        };
    }

    static String noRoute() {
        return NO_ROUTE;
    }
}
