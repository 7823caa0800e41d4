/**
 * What a command sees of the world: standard input and output, messages, failures in one line. It knows no other package of the command
 * line.
 */
package io.tesserae.cli.console;
