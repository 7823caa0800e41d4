package io.tesserae.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files in a folder that pipelines may read, and what tells one state of them from another. */
final class CheckpointFiles {

    /** What checkpoints hold for Tesserae: the weights of other frameworks lie beside them, and need not travel. */
    private static final List<String> ENDINGS = List.of(".json", ".txt", ".jinja", ".safetensors", ".model");

    /** Where there are no safetensors, the weights are in {@code pytorch_model.bin}, or in files of such names. */
    private static final String TORCH = "pytorch_model";

    /** {@code 1_Pooling/config.json}. */
    private static final int DEPTH = 2;

    private CheckpointFiles() {}

    /** Files by their names below the folder, in the order of these; none where there is no such folder. */
    private static TreeMap<String, Path> in(Path folder) {
        TreeMap<String, Path> files = new TreeMap<>();
        if (!Files.isDirectory(folder)) {
            return files;
        }
        try (Stream<Path> paths = Files.walk(folder, DEPTH, FileVisitOption.FOLLOW_LINKS)) {
            paths.filter(path -> isRead(path))
                    .filter(Files::isRegularFile)
                    .forEach(
                            path -> files.put(folder.relativize(path).toString().replace('\\', '/'), path));
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isRead(Path path) {
        String name = path.getFileName().toString();
        return ENDINGS.stream().anyMatch(name::endsWith)
                || io.tesserae.loaders.CheckpointFiles.VECTOR_HEADS.contains(name)
                || name.startsWith(TORCH) && name.endsWith(".bin") && !hasSafetensors(path);
    }

    private static boolean hasSafetensors(Path beside) {
        return Files.exists(beside.resolveSibling(io.tesserae.loaders.CheckpointFiles.WEIGHTS))
                || Files.exists(beside.resolveSibling(io.tesserae.loaders.CheckpointFiles.WEIGHTS_INDEX));
    }

    /** The bytes of all files together. */
    static long bytes(Path folder) {
        long bytes = 0;
        for (Path file : in(folder).values()) {
            bytes += size(file);
        }
        return bytes;
    }

    /** Whether each file fits a Java array. */
    static boolean fitArrays(Path folder) {
        return in(folder).values().stream().allMatch(file -> size(file) < Integer.MAX_VALUE - 8);
    }

    /** Path, names, sizes and times: another text where a file was replaced. */
    static String state(Path folder) {
        StringBuilder state = new StringBuilder(folder.toAbsolutePath().toString());
        in(folder).forEach((name, path) -> {
            try {
                state.append('\n').append(name).append(' ').append(size(path));
                state.append(' ').append(Files.getLastModifiedTime(path));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return state.toString();
    }

    /** What all files hold. */
    static HashMap<String, byte[]> read(Path folder) {
        HashMap<String, byte[]> content = new HashMap<>();
        in(folder).forEach((name, path) -> {
            try {
                content.put(name, Files.readAllBytes(path));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return content;
    }

    /** The SHA-256 of names and bytes. */
    static String digest(Map<String, byte[]> content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new TreeMap<>(content).forEach((name, bytes) -> {
                digest.update((name + " " + bytes.length + "\n").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
