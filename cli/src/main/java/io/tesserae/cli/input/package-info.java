/**
 * Inputs: arguments, lines of a file, pictures of a folder, each with the place where it stands. A task says by an {@link
 * io.tesserae.cli.input.InputFormat} what its inputs are.
 */
package io.tesserae.cli.input;
