package io.tesserae.loaders.hub;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A model that the cache has.
 *
 * @param repository as {@link ModelId#repository()}
 * @param folder where it lies
 * @param bytes of all its blobs, each counted once, those of interrupted downloads included
 * @param lastModified when a blob was last written
 * @param revisions its snapshots
 */
public record CachedModel(String repository, Path folder, long bytes, Instant lastModified, List<Revision> revisions) {

    /**
     * A snapshot of a model.
     *
     * @param commit its hash
     * @param refs the branches and tags that stood here when last asked
     * @param bytes of the files it shows
     * @param files their names, sorted
     */
    public record Revision(String commit, List<String> refs, long bytes, List<String> files) {}
}
