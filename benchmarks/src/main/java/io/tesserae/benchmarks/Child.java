package io.tesserae.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Another program, run to its end. */
final class Child {

    private Child() {}

    /**
     * Runs a program whose output goes where this one's complaints go.
     *
     * @throws IllegalStateException if it fails
     */
    static void run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            requireSuccess(command, process);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.getFirst() + "; is it there?", e);
        }
    }

    /**
     * Runs a program and gives back what it wrote to standard output.
     *
     * @throws IllegalStateException if it fails
     */
    static String output(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            requireSuccess(command, process);
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.getFirst() + "; is it there?", e);
        }
    }

    private static void requireSuccess(List<String> command, Process process) {
        try {
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(
                        "expected to succeed, ended with status " + status + ": " + String.join(" ", command));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + command.getFirst(), e);
        }
    }
}
