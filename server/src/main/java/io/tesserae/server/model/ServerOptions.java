package io.tesserae.server.model;

import io.tesserae.arguments.Arguments;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a server is reached, and how much it takes: the names and defaults are those of text-embeddings-inference.
 *
 * @param host the address it listens at; by default 127.0.0.1, this machine alone
 * @param port where it listens; 0: any that is free
 * @param maxConcurrentRequests inputs that may be in work or wait at a time; who comes when there are as many is told so at
 *     once, and does not wait
 * @param maxBatchTokens tokens of a batch, roughly: one input that has more goes alone
 * @param maxClientBatchSize inputs of one request
 * @param maxBodyBytes bytes of a request's body
 * @param autoTruncate whether a text that is too long is cut where a request does not say
 * @param apiKey what clients have to show as {@code Authorization: Bearer KEY}; empty: nothing
 * @param keyStore with it the server speaks TLS; empty: it does not
 * @param accessLog gets one line of JSON for each request, without its end of line; empty: there is no log
 * @param stopTimeout how long a server that stops waits for what it has accepted
 */
public record ServerOptions(
        String host,
        int port,
        int maxConcurrentRequests,
        int maxBatchTokens,
        int maxClientBatchSize,
        int maxBodyBytes,
        boolean autoTruncate,
        Optional<String> apiKey,
        Optional<KeyStoreFile> keyStore,
        Optional<Consumer<String>> accessLog,
        Duration stopTimeout) {

    /** This machine alone, port 8080, the limits of text-embeddings-inference. */
    public static final ServerOptions DEFAULT = new ServerOptions(
            "127.0.0.1",
            8080,
            512,
            16384,
            32,
            2_000_000,
            true,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(30));

    private static final int LAST_PORT = 65535;

    /**
     * A server's key and certificate.
     *
     * @param file PKCS12 or JKS
     * @param password of the file and of its key
     */
    public record KeyStoreFile(Path file, String password) {

        /** Checks that both are there. */
        public KeyStoreFile {
            Arguments.require(file, "file");
            Arguments.require(password, "password");
        }

        /** Without the password. */
        @Override
        public String toString() {
            return file.toString();
        }
    }

    /** Checks the ranges. */
    public ServerOptions {
        Arguments.require(host, "host");
        Arguments.require(apiKey, "apiKey");
        Arguments.require(keyStore, "keyStore");
        Arguments.require(accessLog, "accessLog");
        Arguments.require(stopTimeout, "stopTimeout");
        if (port < 0 || port > LAST_PORT) {
            throw new IllegalArgumentException("port: expected 0 to " + LAST_PORT + ", found " + port);
        }
        requirePositive(maxConcurrentRequests, "maxConcurrentRequests");
        requirePositive(maxBatchTokens, "maxBatchTokens");
        requirePositive(maxClientBatchSize, "maxClientBatchSize");
        requirePositive(maxBodyBytes, "maxBodyBytes");
        if (apiKey.isPresent() && apiKey.get().isBlank()) {
            throw new IllegalArgumentException("apiKey: expected a key, found nothing but space");
        }
        if (stopTimeout.isNegative()) {
            throw new IllegalArgumentException("stopTimeout: expected 0 or more, found " + stopTimeout);
        }
    }

    private static void requirePositive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": expected 1 or more, found " + value);
        }
    }

    /** At this address; {@code 0.0.0.0} is every one of this machine. */
    public ServerOptions withHost(String address) {
        return new ServerOptions(
                address,
                port,
                maxConcurrentRequests,
                maxBatchTokens,
                maxClientBatchSize,
                maxBodyBytes,
                autoTruncate,
                apiKey,
                keyStore,
                accessLog,
                stopTimeout);
    }

    /** At this port; 0: any that is free. */
    public ServerOptions withPort(int number) {
        return new ServerOptions(
                host,
                number,
                maxConcurrentRequests,
                maxBatchTokens,
                maxClientBatchSize,
                maxBodyBytes,
                autoTruncate,
                apiKey,
                keyStore,
                accessLog,
                stopTimeout);
    }

    /** With this many inputs at a time. */
    public ServerOptions withMaxConcurrentRequests(int inputs) {
        return new ServerOptions(
                host,
                port,
                inputs,
                maxBatchTokens,
                maxClientBatchSize,
                maxBodyBytes,
                autoTruncate,
                apiKey,
                keyStore,
                accessLog,
                stopTimeout);
    }

    /** With batches of this many tokens. */
    public ServerOptions withMaxBatchTokens(int tokens) {
        return new ServerOptions(
                host,
                port,
                maxConcurrentRequests,
                tokens,
                maxClientBatchSize,
                maxBodyBytes,
                autoTruncate,
                apiKey,
                keyStore,
                accessLog,
                stopTimeout);
    }

    /** With this many inputs in a request. */
    public ServerOptions withMaxClientBatchSize(int inputs) {
        return new ServerOptions(
                host,
                port,
                maxConcurrentRequests,
                maxBatchTokens,
                inputs,
                maxBodyBytes,
                autoTruncate,
                apiKey,
                keyStore,
                accessLog,
                stopTimeout);
    }

    /** With bodies of this many bytes. */
    public ServerOptions withMaxBodyBytes(int bytes) {
        return new ServerOptions(
                host,
                port,
                maxConcurrentRequests,
                maxBatchTokens,
                maxClientBatchSize,
                bytes,
                autoTruncate,
                apiKey,
                keyStore,
                accessLog,
                stopTimeout);
    }

    /** With long texts cut where a request does not say, or refused. */
    public ServerOptions withAutoTruncate(boolean cut) {
        return new ServerOptions(
                host,
                port,
                maxConcurrentRequests,
                maxBatchTokens,
                maxClientBatchSize,
                maxBodyBytes,
                cut,
                apiKey,
                keyStore,
                accessLog,
                stopTimeout);
    }

    /** For clients that know this key. */
    public ServerOptions withApiKey(String key) {
        return new ServerOptions(
                host,
                port,
                maxConcurrentRequests,
                maxBatchTokens,
                maxClientBatchSize,
                maxBodyBytes,
                autoTruncate,
                Optional.of(Arguments.require(key, "key")),
                keyStore,
                accessLog,
                stopTimeout);
    }

    /** With TLS. */
    public ServerOptions withKeyStore(Path file, String password) {
        return new ServerOptions(
                host,
                port,
                maxConcurrentRequests,
                maxBatchTokens,
                maxClientBatchSize,
                maxBodyBytes,
                autoTruncate,
                apiKey,
                Optional.of(new KeyStoreFile(file, password)),
                accessLog,
                stopTimeout);
    }

    /** With a line for each request; may be called by several threads at a time. */
    public ServerOptions withAccessLog(Consumer<String> lines) {
        return new ServerOptions(
                host,
                port,
                maxConcurrentRequests,
                maxBatchTokens,
                maxClientBatchSize,
                maxBodyBytes,
                autoTruncate,
                apiKey,
                keyStore,
                Optional.of(Arguments.require(lines, "lines")),
                stopTimeout);
    }

    /** With this long to finish what was accepted. */
    public ServerOptions withStopTimeout(Duration time) {
        return new ServerOptions(
                host,
                port,
                maxConcurrentRequests,
                maxBatchTokens,
                maxClientBatchSize,
                maxBodyBytes,
                autoTruncate,
                apiKey,
                keyStore,
                accessLog,
                time);
    }
}
