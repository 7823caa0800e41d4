package io.tesserae.loaders.hub;

import java.nio.file.Path;

/**
 * Something in the cache that is not as it should be.
 *
 * @param kind what it is
 * @param path where it is
 * @param message the same for people, with what was expected and what was found, but without the path
 */
public record CacheProblem(Kind kind, Path path, String message) {

    /** What can be wrong. */
    public enum Kind {
        /** A blob's bytes are not those that its name is the checksum of. */
        DAMAGED_BLOB(true, true),
        /** A link that leads to nothing: a file that a snapshot should show is missing. */
        BROKEN_LINK(true, true),
        /** A link that leads out of the model's folder, where neither this library nor Python would lead one. */
        FOREIGN_LINK(true, false),
        /** A branch or tag that stands at no commit, or at one that the cache lacks. */
        BROKEN_REF(true, true),
        /** What cannot be read, and so not be judged. */
        UNREADABLE(true, false),
        /** A blob that no snapshot shows. It takes space and does no harm. */
        UNUSED_BLOB(false, false),
        /** The beginning of a file whose download was interrupted; the next download goes on from there if it can. */
        LEFTOVER(false, false);

        private final boolean isDamage;
        private final boolean isRepairable;

        Kind(boolean isDamage, boolean isRepairable) {
            this.isDamage = isDamage;
            this.isRepairable = isRepairable;
        }
    }

    /** Whether the model may fail to load, or answer wrongly, because of it; otherwise it only takes space. */
    public boolean isDamage() {
        return kind.isDamage;
    }

    /** Whether {@link HubCache#repair} can do something about it. */
    public boolean isRepairable() {
        return kind.isRepairable;
    }
}
