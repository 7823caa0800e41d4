package io.tesserae.cli.start;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code java -jar tesserae-cli.jar} starts: the command line in this JVM where it was told how much memory to take, else in
 * another one, whose heap may fill most of the machine. That no manifest can say. What it can say is there: the kernels want the module
 * of the Vector API, and {@code Add-Exports} lets them load it.
 *
 * <p>Compiled for Java 11, so that an older Java than 25 is told apart in words: the rest of the project is not loaded before.
 */
public final class JarStart {

    private static final int OLDEST_JAVA = 25;
    private static final String GREETING = "WARNING: Using incubator modules: jdk.incubator.vector";

    private JarStart() {}

    /** Runs the command line, here or in another JVM, and ends with its exit code. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (Runtime.version().feature() < OLDEST_JAVA) {
            System.err.println("tesserae: Java " + OLDEST_JAVA + " or newer is needed, and this is Java "
                    + Runtime.version().feature() + " in " + System.getProperty("java.home")
                    + "; start the jar with a newer one (https://adoptium.net)");
            System.exit(1);
        }
        if (heapIsChosen() && words(System.getenv("TESSERAE_JAVA_OPTIONS")).isEmpty()) {
            mainHere(arguments);
            return;
        }
        Process process = new ProcessBuilder(command(arguments))
                .redirectInput(Redirect.INHERIT)
                .redirectOutput(Redirect.INHERIT)
                .start();
        Thread messages = new Thread(() -> copyMessages(process.getErrorStream()), "messages");
        messages.start();
        // Whoever ends this process means the other one, which may still have a batch to finish.
        Thread end = new Thread(() -> end(process, messages), "end");
        Runtime.getRuntime().addShutdownHook(end);
        System.exit(process.waitFor());
    }

    /** By its name, since the compiler of this class cannot read that one, which is for a newer Java. */
    private static void mainHere(String[] arguments) {
        try {
            Class.forName("io.tesserae.cli.Main")
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e); // it is in the same jar, and ends the JVM itself
        }
    }

    private static List<String> command(String[] arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:MaxRAMPercentage=70");
        command.addAll(ownOptions());
        command.addAll(words(System.getenv("TESSERAE_JAVA_OPTIONS")));
        command.addAll(List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
        // The jar's manifest names the libraries beside it.
        command.addAll(List.of("-cp", jar().toString(), "io.tesserae.cli.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Path jar() {
        try {
            return Path.of(JarStart.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e); // the JVM made it
        }
    }

    /** What this JVM was given before {@code -jar}, as {@code -Xmx8g}; nothing where the system does not tell. */
    private static List<String> ownOptions() {
        List<String> all =
                List.of(ProcessHandle.current().info().arguments().orElse(new String[0]));
        int end = all.indexOf("-jar");
        return end < 0 ? List.of() : all.subList(0, end);
    }

    private static boolean heapIsChosen() {
        return ownOptions().stream().anyMatch(option -> option.startsWith("-Xmx") || option.startsWith("-XX:MaxRAM"));
    }

    private static List<String> words(String text) {
        return text == null || text.isBlank() ? List.of() : List.of(text.trim().split("\\s+"));
    }

    /** All that the other process says on standard error, but for the JVM's greeting, which cannot be switched off. */
    private static void copyMessages(InputStream from) {
        try {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = from.read(); next >= 0; next = from.read()) {
                line.write(next);
                if (next == '\n') {
                    break;
                }
            }
            if (!line.toString(StandardCharsets.UTF_8).trim().equals(GREETING)) {
                line.writeTo(System.err);
            }
            from.transferTo(System.err);
        } catch (IOException e) {
            // Nobody is there to be told.
        }
    }

    private static void end(Process process, Thread messages) {
        process.destroy();
        try {
            process.waitFor();
            messages.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
