/**
 * The command line: {@code tesserae run} and the other commands. Not API, but for what they print and take.
 *
 * <p>One class a command: those about models in {@code model}, the tasks in {@code run}, those about the cache in {@code hub}. Below them
 * {@code input} and {@code output}, and below these {@code option} and {@code console}.
 *
 * <p>Standard output carries answers and nothing else; what there is to say beyond them goes to standard error. Exit
 * codes: 0 done, 1 failed, 2 asked for something that does not exist, 3 done but for inputs that were no good.
 */
package io.tesserae.cli;
