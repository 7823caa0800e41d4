package io.tesserae.cli.console;

/** How much is said on standard error beside errors. */
public enum Verbosity {
    /** Nothing. */
    QUIET,
    /** Warnings, and how far a long run is. */
    NORMAL,
    /** What is loaded, from where, on which kernels, and when. */
    VERBOSE
}
