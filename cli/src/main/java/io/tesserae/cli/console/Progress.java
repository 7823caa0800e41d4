package io.tesserae.cli.console;

/** How far a long run is, shown to whoever watches. */
public interface Progress extends AutoCloseable {

    /** Nobody watches. */
    Progress NONE = position -> {};

    /** A smaller file is done before a bar would be read. */
    long SMALLEST_FILE = 64 << 10;

    /** So many bytes of the input are done. */
    void reached(long position);

    @Override
    default void close() {}
}
