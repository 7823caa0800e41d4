package io.tesserae.server.http;

import io.tesserae.server.model.ServerAddress;
import io.tesserae.server.model.ServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Jetty, set up for one purpose: HTTP/1.1 and, without TLS, HTTP/2; a virtual thread for each request; limits for everything that a
 * client sends.
 */
public final class HttpServer implements AutoCloseable {

    private static final int HEADER_BYTES = 16 * 1024;
    private static final int IDLE_MILLIS = 30_000;
    private static final int MOST_CONNECTIONS = 4096;
    private static final int THREADS = 16; // for connections; requests have virtual threads

    private final Server server;
    private final ServerConnector connector;

    private HttpServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Opens the port.
     *
     * @throws IOException if it cannot be opened: another program has it, say
     */
    public static HttpServer start(ServerOptions options, RequestHandler handler) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("tesserae-http");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        Server server = new Server(threads);
        ServerConnector connector = connector(server, options);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, server));
        server.setErrorHandler(new JsonErrors());
        server.setHandler(new GracefulHandler(handler));
        server.setStopTimeout(options.stopTimeout().toMillis());
        try {
            server.start();
        } catch (IOException e) {
            stop(server);
            throw e;
        } catch (Exception e) {
            stop(server);
            throw new IOException(e.getMessage(), e);
        }
        return new HttpServer(server, connector);
    }

    private static ServerConnector connector(Server server, ServerOptions options) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setRequestHeaderSize(HEADER_BYTES);
        configuration.setSendServerVersion(false);
        configuration.setIdleTimeout(IDLE_MILLIS);
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        ServerConnector connector;
        if (options.address().keyStore().isPresent()) {
            configuration.addCustomizer(
                    new SecureRequestCustomizer(false)); // names in certificates are the proxy's business
            SslContextFactory.Server tls = new SslContextFactory.Server();
            ServerAddress.KeyStoreFile keys = options.address().keyStore().get();
            tls.setKeyStorePath(keys.file().toAbsolutePath().toString());
            tls.setKeyStorePassword(keys.password());
            connector = new PatientConnector(server, new SslConnectionFactory(tls, http.getProtocol()), http);
        } else {
            connector = new PatientConnector(server, http, new HTTP2CServerConnectionFactory(configuration));
        }
        connector.setHost(options.address().host());
        connector.setPort(options.address().port());
        connector.setIdleTimeout(IDLE_MILLIS);
        // Clients that come at once wait here to be accepted; with Java's own 50, of 512 a tenth found a closed
        // connection
        connector.setAcceptQueueSize(MOST_CONNECTIONS);
        return connector;
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            // There is nothing to lose any more
            System.getLogger(HttpServer.class.getName()).log(System.Logger.Level.DEBUG, "while stopping", e);
        }
    }

    /** Where it listens. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Its address, as clients write it. */
    public InetSocketAddress address() {
        return new InetSocketAddress(connector.getHost(), port());
    }

    /** Takes no more requests, and waits for those that there are. */
    @Override
    public void close() {
        stop(server);
    }
}
