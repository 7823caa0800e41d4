package io.tesserae.server.model;

import io.tesserae.arguments.Arguments;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a server listens.
 *
 * @param host the address; by default 127.0.0.1, this machine alone
 * @param port 0 to 65535; 0: any that is free
 * @param keyStore with it the server speaks TLS; empty: it does not
 */
public record ServerAddress(String host, int port, Optional<KeyStoreFile> keyStore) {

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

    /** Checks the range. */
    public ServerAddress {
        Arguments.require(host, "host");
        Arguments.require(keyStore, "keyStore");
        if (port < 0 || port > LAST_PORT) {
            throw new IllegalArgumentException("port: expected 0 to " + LAST_PORT + ", found " + port);
        }
    }
}
