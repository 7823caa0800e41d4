package io.tesserae.model;

/** What a checkpoint is loaded as: an encoder, or one with a head. Immutable and thread-safe, until it is closed. */
public interface Model extends AutoCloseable {

    /** Lets go of the checkpoint's files. Calls that come later fail with {@link IllegalStateException}. */
    @Override
    void close();
}
