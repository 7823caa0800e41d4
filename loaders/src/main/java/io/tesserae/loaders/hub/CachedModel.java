package io.tesserae.loaders.hub;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A model that the cache has. The numbers are those of {@code scan_cache_dir} in {@code huggingface_hub}.
 *
 * @param repository as {@link ModelId#repository()}
 * @param folder where it lies
 * @param bytes of the files that its snapshots show, each counted once, however many show it
 * @param leftoverBytes of what no snapshot shows: interrupted downloads, and blobs that nobody needs any more
 * @param lastModified when a file that is shown was last written; where there is none, the folder
 * @param revisions its snapshots, by commit
 */
public record CachedModel(
        String repository,
        Path folder,
        long bytes,
        long leftoverBytes,
        Instant lastModified,
        List<Revision> revisions) {

    /**
     * A snapshot of a model.
     *
     * @param commit its hash
     * @param refs the branches and tags that stood here when last asked, sorted
     * @param bytes of the files it shows, each counted once
     * @param files their names, sorted
     */
    public record Revision(String commit, List<String> refs, long bytes, List<String> files) {}
}
