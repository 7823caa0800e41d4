package io.tesserae.cli;

/** How answers are written. */
enum OutputFormat {
    /** For people. */
    TEXT,
    /** For programs: one JSON value a line. */
    JSON
}
