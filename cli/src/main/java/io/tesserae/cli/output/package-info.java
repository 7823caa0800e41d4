/**
 * Answers: as text for people, as JSON, as arrays; to standard output, or to a file that appears when it is complete.
 */
package io.tesserae.cli.output;
