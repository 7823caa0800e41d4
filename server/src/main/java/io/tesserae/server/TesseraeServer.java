package io.tesserae.server;

import io.tesserae.arguments.Arguments;
import io.tesserae.server.http.HttpServer;
import io.tesserae.server.http.RequestHandler;
import io.tesserae.server.metrics.ServerMetrics;
import io.tesserae.server.model.ServedModel;
import io.tesserae.server.model.ServerOptions;
import io.tesserae.server.route.Routes;
import io.tesserae.server.serving.Models;
import io.tesserae.server.serving.OpenModel;
import io.tesserae.server.serving.Permits;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Models behind HTTP, with the routes of text-embeddings-inference, OpenAI's {@code /v1/embeddings}, and one for each other task.
 *
 * <pre>{@code
 * try (Engine engine = Engine.builder().build();
 *         TesseraeServer server = TesseraeServer.start(
 *                 ServerOptions.DEFAULT.withPort(0), List.of(ServedModel.of("mine", ModelFiles.directory(folder), engine)))) {
 *     System.out.println("http://127.0.0.1:" + server.port());
 * }
 * }</pre>
 */
public final class TesseraeServer implements AutoCloseable {

    private final Models models;
    private final HttpServer http;
    private final AtomicBoolean ready;

    private TesseraeServer(Models models, HttpServer http, AtomicBoolean ready) {
        this.models = models;
        this.http = http;
        this.ready = ready;
    }

    /**
     * Opens the port, loads the models, and returns when each has answered once. Until then {@code /health} says 503.
     *
     * @param models the first that can do what is asked for does it, unless a request names another
     * @throws IOException if the port cannot be opened, or the key store cannot be read
     * @throws io.tesserae.loaders.files.ModelLoadingException if a model cannot be loaded; the message says why
     */
    public static TesseraeServer start(ServerOptions options, List<ServedModel> models) throws IOException {
        Arguments.require(options, "options");
        Permits permits = new Permits(
                options.limits().maxConcurrentRequests(), options.limits().maxClientBatchSize());
        ServerMetrics metrics = new ServerMetrics(permits::taken);
        Models opened = new Models(Arguments.requireAll(models, "models").stream()
                .map(model -> new OpenModel(
                        model, options.limits().maxBatchTokens(), task -> metrics.listener(model.name(), task)))
                .toList());
        AtomicBoolean ready = new AtomicBoolean();
        Routes routes = new Routes(opened, options, metrics, ready::get);
        RequestHandler handler = new RequestHandler(routes, options, permits, metrics, ready::get);
        TesseraeServer server = new TesseraeServer(opened, HttpServer.start(options, handler), ready);
        try {
            opened.all().forEach(OpenModel::warm);
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
        ready.set(true);
        return server;
    }

    /** Where it listens. */
    public int port() {
        return http.port();
    }

    /**
     * Takes no more requests, answers those that it has accepted, as far as the time of the options goes, and lets go of the models.
     * The engine is the caller's.
     */
    @Override
    public void close() {
        http.close();
        ready.set(false);
        models.all().forEach(OpenModel::close);
    }
}
