package io.tesserae.loaders.hub;

import java.nio.file.Path;

/**
 * Where the cache keeps one model, laid out as Python's {@code huggingface_hub} does:
 *
 * <pre>
 * models--organisation--name/refs/main                  the commit that a branch or tag stood at
 * models--organisation--name/snapshots/COMMIT/FILE      a link to the blob, ../../blobs/ETAG
 * models--organisation--name/blobs/ETAG                 the bytes
 * models--organisation--name/.no_exist/COMMIT/FILE      empty: the commit is known to have no such file
 * .locks/models--organisation--name/ETAG.lock           held by whoever downloads the blob
 * </pre>
 *
 * @param cache the root, {@link HubSettings#cache()}
 * @param repository as {@link ModelId#repository()}
 */
record RepositoryFolder(Path cache, String repository) {

    private static final String PREFIX = "models--";

    private String name() {
        return PREFIX + repository.replace("/", "--");
    }

    Path path() {
        return cache.resolve(name());
    }

    Path ref(String revision) {
        return path().resolve("refs").resolve(revision);
    }

    Path snapshot(String commit) {
        return path().resolve("snapshots").resolve(commit);
    }

    Path blobs() {
        return path().resolve("blobs");
    }

    Path blob(String etag) {
        return blobs().resolve(etag);
    }

    Path absenceMarker(String commit, String file) {
        return path().resolve(".no_exist").resolve(commit).resolve(file);
    }

    Path lock(String etag) {
        return cache.resolve(".locks").resolve(name()).resolve(etag + ".lock");
    }
}
