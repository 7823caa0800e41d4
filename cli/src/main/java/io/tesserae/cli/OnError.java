package io.tesserae.cli;

/** What an input that is no good does to a run over many. */
enum OnError {
    /** Ends it. */
    FAIL,
    /** Has an error in the place of its answer. */
    SKIP
}
