package io.tesserae.cli;

/** How far a long run is, shown to whoever watches. */
interface Progress extends AutoCloseable {

    /** Nobody watches. */
    Progress NONE = position -> {};

    /** A smaller file is done before a bar would be read. */
    long SMALLEST_FILE = 64 << 10;

    /** So many bytes of the input are done. */
    void reached(long position);

    @Override
    default void close() {}

    /** A bar where a person watches standard error, answers go elsewhere, and there is much to do. */
    static Progress of(Inputs<?> inputs, Console console) {
        boolean wanted = console.terminals().err()
                && !console.isQuiet()
                && !console.terminals().out()
                && inputs.size().orElse(0L) >= SMALLEST_FILE;
        return wanted ? new ProgressLine(inputs.size().get(), console.err()) : NONE;
    }
}
