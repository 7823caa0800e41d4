package io.tesserae.loaders.hub;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

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

    /** The model that a folder in the cache is named after; empty where it is named as none would be. */
    static Optional<RepositoryFolder> named(Path cache, String folderName) {
        if (!folderName.startsWith(PREFIX)) {
            return Optional.empty(); // data sets, among others
        }
        String repository = folderName.substring(PREFIX.length()).replace("--", "/");
        try {
            return Optional.of(new RepositoryFolder(cache, new ModelId(repository, ModelId.MAIN).repository()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private String name() {
        return PREFIX + repository.replace("/", "--");
    }

    Path path() {
        return cache.resolve(name());
    }

    /**
     * Makes a folder of the model's. The cache and the model's own folder may be links that somebody put there to have them on
     * another drive; nothing inside may: what is written would replace files where the link leads.
     *
     * @return the folder
     */
    Path makeFolder(Path folder) throws IOException {
        for (Path part = folder; !part.equals(path()) && !part.equals(cache); part = part.getParent()) {
            if (Files.isSymbolicLink(part)) {
                throw new IOException(
                        part + ": expected a folder, found a link, and a download writes nothing where a link"
                                + " inside a model's folder leads; remove the link, or name another cache with HF_HUB_CACHE");
            }
        }
        try {
            return Files.createDirectories(folder);
        } catch (FileSystemException e) {
            throw new IOException(
                    folder + ": this folder of the cache cannot be made: " + reason(e)
                            + "; HF_HUB_CACHE or HF_HOME names another place for the cache",
                    e);
        }
    }

    Path refs() {
        return path().resolve("refs");
    }

    Path ref(String revision) {
        return refs().resolve(revision);
    }

    Path snapshots() {
        return path().resolve("snapshots");
    }

    Path snapshot(String commit) {
        return snapshots().resolve(commit);
    }

    Path blobs() {
        return path().resolve("blobs");
    }

    Path blob(String etag) {
        return blobs().resolve(etag);
    }

    /** Where it is kept which files a commit is known to lack. */
    Path absences(String commit) {
        return path().resolve(".no_exist").resolve(commit);
    }

    Path absenceMarker(String commit, String file) {
        return absences(commit).resolve(file);
    }

    Path locks() {
        return cache.resolve(".locks").resolve(name());
    }

    Path lock(String etag) {
        return locks().resolve(etag + ".lock");
    }

    /** Why a file or a folder could not be used, in words. */
    static String reason(IOException failure) {
        return failure instanceof AccessDeniedException ? "permission denied" : failure.toString();
    }

    /** What would be free if the file were deleted: nothing if it is a link, or gone by now. */
    static long ownBytes(Path file) {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
