package io.tesserae.loaders.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a blob's name says about its bytes: the hub calls large files by their SHA-256, and small ones by the SHA-1 that git calls
 * them by, over {@code "blob "}, the length in decimal, a zero byte, and the bytes.
 */
enum BlobChecksum {
    SHA_256("SHA-256", Pattern.compile("[0-9a-f]{64}")) {
        @Override
        void begin(MessageDigest digest, long size) {
            // Nothing goes before the bytes.
        }
    },
    GIT_SHA_1("SHA-1", Pattern.compile("[0-9a-f]{40}")) {
        @Override
        void begin(MessageDigest digest, long size) {
            digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
        }
    };

    private static final int CHUNK = 1 << 20;

    private final String algorithm;
    private final Pattern names;

    BlobChecksum(String algorithm, Pattern names) {
        this.algorithm = algorithm;
        this.names = names;
    }

    abstract void begin(MessageDigest digest, long size);

    /** The checksum that a blob is named by; empty where the name is none, as those that other servers give may be. */
    static Optional<BlobChecksum> of(String blobName) {
        for (BlobChecksum checksum : values()) {
            if (checksum.names.matcher(blobName).matches()) {
                return Optional.of(checksum);
            }
        }
        return Optional.empty();
    }

    /** The name that a file's bytes deserve. */
    String compute(Path file) throws IOException {
        MessageDigest digest = newDigest();
        begin(digest, Files.size(file));
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                digest.update(chunk, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
