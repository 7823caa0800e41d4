package io.tesserae.loaders.hub;

import io.tesserae.fakehub.FakeRepository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Lays a model into a cache by hand, as downloads would. */
record CacheBuilder(Path cache, String repository) {

    RepositoryFolder folder() {
        return new RepositoryFolder(cache, repository);
    }

    /** A commit's hash that is easy to tell. */
    static String commit(int number) {
        return String.format("%040x", number);
    }

    /** Puts a file into a snapshot: a blob, unless it is there, and a link to it. */
    Path file(String commit, String name, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        String etag = name.endsWith(".safetensors") ? FakeRepository.sha256(bytes) : FakeRepository.gitSha1(bytes);
        return file(commit, name, etag, content);
    }

    Path file(String commit, String name, String etag, String content) throws IOException {
        Path blob = folder().blob(etag);
        Files.createDirectories(blob.getParent());
        Files.writeString(blob, content);
        link(commit, name, blob);
        return blob;
    }

    Path link(String commit, String name, Path target) throws IOException {
        Path link = folder().snapshot(commit).resolve(name);
        Files.createDirectories(link.getParent());
        return Files.createSymbolicLink(link, link.getParent().relativize(target));
    }

    Path ref(String ref, String commit) throws IOException {
        return text(folder().ref(ref), commit);
    }

    Path absent(String commit, String name) throws IOException {
        return text(folder().absenceMarker(commit, name), "");
    }

    static Path text(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
