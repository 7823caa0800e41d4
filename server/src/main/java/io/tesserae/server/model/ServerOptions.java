package io.tesserae.server.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.server.model.ServerAddress.KeyStoreFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a server is reached, and how much it takes: the names and defaults are those of text-embeddings-inference.
 *
 * @param address where it listens
 * @param limits how much it takes
 * @param autoTruncate whether a text that is too long is cut where a request does not say
 * @param apiKey what clients have to show as {@code Authorization: Bearer KEY}; empty: nothing
 * @param accessLog gets one line of JSON for each request, without its end of line; empty: there is no log
 * @param stopTimeout how long a server that stops waits for what it has accepted
 */
public record ServerOptions(
        ServerAddress address,
        ServerLimits limits,
        boolean autoTruncate,
        Optional<String> apiKey,
        Optional<Consumer<String>> accessLog,
        Duration stopTimeout) {

    /** This machine alone, port 8080, the limits of text-embeddings-inference. */
    public static final ServerOptions DEFAULT = new ServerOptions(
            new ServerAddress("127.0.0.1", 8080, Optional.empty()),
            new ServerLimits(512, 16384, 32, 2_000_000),
            true,
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(30));

    /** Checks the ranges. */
    public ServerOptions {
        Arguments.require(address, "address");
        Arguments.require(limits, "limits");
        Arguments.require(apiKey, "apiKey");
        Arguments.require(accessLog, "accessLog");
        Arguments.require(stopTimeout, "stopTimeout");
        if (apiKey.isPresent() && apiKey.get().isBlank()) {
            throw new IllegalArgumentException("apiKey: expected a key, found nothing but space");
        }
        if (stopTimeout.isNegative()) {
            throw new IllegalArgumentException("stopTimeout: expected 0 or more, found " + stopTimeout);
        }
    }

    /** At this address; {@code 0.0.0.0} is every one of this machine. */
    public ServerOptions withHost(String host) {
        return withAddress(new ServerAddress(host, address.port(), address.keyStore()));
    }

    /** At this port; 0: any that is free. */
    public ServerOptions withPort(int port) {
        return withAddress(new ServerAddress(address.host(), port, address.keyStore()));
    }

    /** With TLS. */
    public ServerOptions withKeyStore(Path file, String password) {
        return withAddress(
                new ServerAddress(address.host(), address.port(), Optional.of(new KeyStoreFile(file, password))));
    }

    private ServerOptions withAddress(ServerAddress other) {
        return new ServerOptions(other, limits, autoTruncate, apiKey, accessLog, stopTimeout);
    }

    /** With this many inputs at a time. */
    public ServerOptions withMaxConcurrentRequests(int inputs) {
        return withLimits(limits.withMaxConcurrentRequests(inputs));
    }

    /** With batches of this many tokens. */
    public ServerOptions withMaxBatchTokens(int tokens) {
        return withLimits(limits.withMaxBatchTokens(tokens));
    }

    /** With this many inputs in a request. */
    public ServerOptions withMaxClientBatchSize(int inputs) {
        return withLimits(limits.withMaxClientBatchSize(inputs));
    }

    /** With bodies of this many bytes. */
    public ServerOptions withMaxBodyBytes(int bytes) {
        return withLimits(limits.withMaxBodyBytes(bytes));
    }

    private ServerOptions withLimits(ServerLimits other) {
        return new ServerOptions(address, other, autoTruncate, apiKey, accessLog, stopTimeout);
    }

    /** With long texts cut where a request does not say, or refused. */
    public ServerOptions withAutoTruncate(boolean cut) {
        return new ServerOptions(address, limits, cut, apiKey, accessLog, stopTimeout);
    }

    /** For clients that know this key. */
    public ServerOptions withApiKey(String key) {
        Optional<String> given = Optional.of(Arguments.require(key, "key"));
        return new ServerOptions(address, limits, autoTruncate, given, accessLog, stopTimeout);
    }

    /** With a line for each request; may be called by several threads at a time. */
    public ServerOptions withAccessLog(Consumer<String> lines) {
        Optional<Consumer<String>> given = Optional.of(Arguments.require(lines, "lines"));
        return new ServerOptions(address, limits, autoTruncate, apiKey, given, stopTimeout);
    }

    /** With this long to finish what was accepted. */
    public ServerOptions withStopTimeout(Duration time) {
        return new ServerOptions(address, limits, autoTruncate, apiKey, accessLog, time);
    }
}
