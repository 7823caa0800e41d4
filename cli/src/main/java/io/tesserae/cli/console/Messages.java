package io.tesserae.cli.console;

import java.util.concurrent.atomic.AtomicReference;

/** How much is said on standard error, which the command line says once it is read, and since when. */
public final class Messages {

    private final AtomicReference<Verbosity> verbosity = new AtomicReference<>(Verbosity.NORMAL);
    private final long startedAt = System.nanoTime();

    /** Takes a choice; false if there was one before. */
    public boolean choose(Verbosity chosen) {
        return verbosity.getAndSet(chosen) == Verbosity.NORMAL;
    }

    Verbosity verbosity() {
        return verbosity.get();
    }

    double secondsSinceStart() {
        return (System.nanoTime() - startedAt) / 1e9;
    }
}
