package io.tesserae.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a {@link SectionProcess} is started.
 *
 * @param words the command line so far
 */
record SectionCommand(List<String> words) {

    /** A JVM as the launcher starts it to measure; with one thread held on one core, and whatever it starts with it. */
    static SectionCommand of(Section section, int threads, Path out) {
        List<String> words = new ArrayList<>();
        if (threads == 1) {
            words.addAll(Machine.onOneCore());
        }
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of(
                "-XX:MaxRAMPercentage=70",
                "-XX:+UseG1GC",
                "-XX:G1HeapRegionSize=1m",
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector"));
        if (Files.isDirectory(Path.of("/sys/kernel/mm/transparent_hugepage"))) {
            words.add("-XX:+UseTransparentHugePages");
        }
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), SectionProcess.class.getName()));
        return new SectionCommand(words)
                .with("--section", section.name())
                .with("--threads", threads)
                .with("--out", out);
    }

    /** The same with an option more, unless it has no value. */
    SectionCommand with(String option, Object value) {
        if (value == null) {
            return this;
        }
        List<String> more = new ArrayList<>(words);
        more.addAll(List.of(option, value.toString()));
        return new SectionCommand(List.copyOf(more));
    }
}
