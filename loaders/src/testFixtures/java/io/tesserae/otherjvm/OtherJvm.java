package io.tesserae.otherjvm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program on the test's class path, run by a JVM of its own. */
public final class OtherJvm {

    private static final int PATIENCE_SECONDS = 120;

    private OtherJvm() {}

    /** What may fail. */
    @FunctionalInterface
    public interface Attempt {
        void run() throws Exception;
    }

    /** For the program: prints a line, what an attempt threw or that it went {@code well}. */
    public static void attempt(Attempt attempt) {
        try {
            attempt.run();
            System.out.println("well");
        } catch (Throwable e) {
            System.out.println(e.toString().replaceAll("\\s", " "));
        }
    }

    /**
     * For the test: runs a program with the test's own Java.
     *
     * @param options of the JVM
     * @return what it printed, line by line; its errors go where the test's go
     * @throws AssertionError if it does not end well
     */
    public static List<String> run(Class<?> program, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        return run(Path.of(System.getProperty("java.home"), "bin", "java"), program, options, arguments);
    }

    /** Likewise with another Java. */
    public static List<String> run(Path java, Class<?> program, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(command + " did not end well; it printed: " + output);
            }
            return output.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }
}
