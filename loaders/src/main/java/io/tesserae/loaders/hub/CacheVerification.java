package io.tesserae.loaders.hub;

import java.util.List;

/**
 * What came of looking at a model in the cache, byte by byte.
 *
 * @param repository as {@link ModelId#repository()}
 * @param checkedFiles how many blobs were compared with the checksums that they are named by
 * @param checkedBytes their bytes
 * @param uncheckedFiles how many files are named by no checksum: from another server than the hub, or copied instead of linked
 * @param problems what is wrong, in the order of their paths
 */
public record CacheVerification(
        String repository, int checkedFiles, long checkedBytes, int uncheckedFiles, List<CacheProblem> problems) {

    /** Whether any of the problems can keep the model from working. */
    public boolean isDamaged() {
        return problems.stream().anyMatch(CacheProblem::isDamage);
    }
}
