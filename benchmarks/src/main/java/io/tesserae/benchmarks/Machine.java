package io.tesserae.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What is measured on. */
final class Machine {

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final Path PROCESS = Path.of("/proc/self/status");

    private Machine() {}

    /** The processor's name where the system tells it, and otherwise the architecture's. */
    static String processor() {
        return value(PROCESSORS, "model name", System.getProperty("os.arch"));
    }

    /** What a command begins with, to be held on one core: the last that this process may use. Nothing without taskset. */
    static List<String> onOneCore() {
        boolean taskset = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "taskset")));
        String allowed = value(PROCESS, "Cpus_allowed_list", "");
        String last = allowed.replaceAll(".*[,-]", "");
        return taskset && !last.isEmpty() ? List.of("taskset", "-c", last) : List.of();
    }

    /** What follows a name and a colon in one of the system's files. */
    private static String value(Path file, String name, String otherwise) {
        if (!Files.isReadable(file)) {
            return otherwise;
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse(otherwise);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read", e);
        }
    }
}
