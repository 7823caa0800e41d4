package io.tesserae.examples.semanticsearch;

/**
 * A piece of a document that is short enough to say one thing.
 *
 * @param file the document
 * @param heading what it stands under; empty at the top of a document that begins without one
 * @param text as it is written, its heading included where it is the first piece under it
 */
record Passage(String file, String heading, String text) {}
