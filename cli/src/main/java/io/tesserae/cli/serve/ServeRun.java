package io.tesserae.cli.serve;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.hub.ModelName;
import io.tesserae.cli.model.EngineOptions;
import io.tesserae.engine.Engine;
import io.tesserae.server.TesseraeServer;
import io.tesserae.server.model.ServedModel;
import io.tesserae.server.model.ServerOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** One run of a server, from its models to the signal that ends it. */
record ServeRun(Console console, ServerOptions options, List<ModelName> models, EngineOptions engineOptions) {

    /** Jetty tells what it does in many lines; what it warns of is worth reading. */
    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    int run() throws IOException {
        if (System.getProperty(LOG_LEVEL) == null) {
            System.setProperty(LOG_LEVEL, "warn");
        }
        try (Engine engine = engineOptions.openEngine(console)) {
            List<ServedModel> served = new ArrayList<>();
            for (ModelName model : models) {
                served.add(ServedModel.of(model.title(), model.open(console), engine));
            }
            return serve(start(served));
        }
    }

    private TesseraeServer start(List<ServedModel> served) {
        try {
            return TesseraeServer.start(options, served);
        } catch (IOException e) {
            throw new CommandException("cannot listen at " + options.address().host() + ":"
                    + options.address().port() + ": " + e.getMessage());
        }
    }

    private int serve(TesseraeServer server) {
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, stopped), "stop-server"));
        console.message("tesserae: ready at " + (options.address().keyStore().isPresent() ? "https" : "http") + "://"
                + options.address().host() + ":" + server.port());
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            server.close();
        }
        return 0;
    }

    private static void stop(TesseraeServer server, CountDownLatch stopped) {
        server.close();
        stopped.countDown();
    }
}
