/**
 * The command line: {@code tesserae run}, {@code tokenize}, {@code forward}, {@code inspect} and {@code bench}.
 *
 * <p>One class a command. Standard output carries answers and nothing else; what there is to say beyond them goes to standard error. Exit
 * codes: 0 done, 1 failed, 2 asked for something that does not exist.
 */
package io.tesserae.cli;
