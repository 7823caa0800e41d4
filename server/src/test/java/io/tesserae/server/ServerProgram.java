package io.tesserae.server;

import io.tesserae.engine.Engine;
import io.tesserae.server.model.ServerOptions;
import java.io.PrintStream;
import java.util.List;

/** A server in a process of its own: says its port, then a line for each request, and ends on a signal. */
final class ServerProgram {

    private ServerProgram() {}

    /** Arguments: the name of a fixture. */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        Engine engine = Engine.builder().threads(1).build();
        TesseraeServer server = TesseraeServer.start(
                ServerOptions.DEFAULT.withPort(0).withAccessLog(out::println),
                List.of(Fixtures.served(arguments[0], engine)));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.close();
            out.flush();
        }));
        out.println(server.port());
        Thread.currentThread().join();
    }
}
