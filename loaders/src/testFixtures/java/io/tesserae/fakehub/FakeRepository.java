package io.tesserae.fakehub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** A model on the {@link FakeHub}: commits, and branches that point at them. */
public final class FakeRepository {

    /** Whom the hub shows it to. */
    enum Access {
        PUBLIC,
        /** Everybody may see it, but files go only to tokens that were let in. */
        GATED,
        /** As if it did not exist, unless the token is right. */
        PRIVATE
    }

    private final Map<String, Map<String, byte[]>> commits = new ConcurrentHashMap<>();
    private final Map<String, String> branches = new ConcurrentHashMap<>();
    private volatile Access access = Access.PUBLIC;
    private volatile String token = "";

    FakeRepository() {}

    /** Makes a commit of these files, moves {@code main} to it, and returns its hash. */
    public String commit(Map<String, byte[]> files) {
        return commit("main", files);
    }

    /** Makes a commit of these files, moves a branch to it, and returns its hash. */
    public String commit(String branch, Map<String, byte[]> files) {
        MessageDigest digest = digest("SHA-1");
        digest.update(String.valueOf(commits.size()).getBytes(StandardCharsets.UTF_8));
        new TreeMap<>(files).forEach((name, bytes) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
        });
        String hash = HexFormat.of().formatHex(digest.digest());
        commits.put(hash, new LinkedHashMap<>(files));
        branches.put(branch, hash);
        return hash;
    }

    /** From now on only this token gets the files; everybody else learns that the model is gated. */
    public void gate(String requiredToken) {
        token = requiredToken;
        access = Access.GATED;
    }

    /** From now on only this token sees the model. */
    public void hide(String requiredToken) {
        token = requiredToken;
        access = Access.PRIVATE;
    }

    Access access() {
        return access;
    }

    String token() {
        return token;
    }

    Optional<String> resolve(String revision) {
        return commits.containsKey(revision) ? Optional.of(revision) : Optional.ofNullable(branches.get(revision));
    }

    Optional<byte[]> file(String commit, String name) {
        return Optional.ofNullable(commits.get(commit).get(name));
    }

    Optional<byte[]> largeFile(String sha256) {
        return commits.values().stream()
                .flatMap(files -> files.values().stream())
                .filter(bytes -> sha256(bytes).equals(sha256))
                .findFirst();
    }

    /** What the hub names a large file by. */
    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest("SHA-256").digest(bytes));
    }

    /** What git, and so the hub, names a small file by. */
    public static String gitSha1(byte[] bytes) {
        MessageDigest digest = digest("SHA-1");
        digest.update(("blob " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().formatHex(digest.digest(bytes));
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
