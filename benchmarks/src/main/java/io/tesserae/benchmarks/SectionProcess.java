package io.tesserae.benchmarks;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures one section of the suite, in a process of its own: one section's code must not be compiled for another's, and with
 * one thread the whole process is held on one core.
 */
@Command(name = "section", description = "Measures one section and writes what it found; started by the suite.")
public final class SectionProcess implements Callable<Integer> {

    private static final int PADDED_BATCH = 32;

    @Option(names = "--section", required = true)
    private Section section;

    @Option(names = "--model")
    private Path model;

    @Option(names = "--texts")
    private Path texts;

    @Option(names = "--python", required = true)
    private Path python;

    @Option(names = "--threads", required = true)
    private int threads;

    @Option(names = "--rounds", required = true)
    private int rounds;

    @Option(names = "--seconds", required = true)
    private double seconds;

    @Option(names = "--out", required = true)
    private Path out;

    private SectionProcess() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SectionProcess())
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    commandLine.getErr().println("section: " + failure.getMessage());
                    return commandLine.getCommandSpec().exitCodeOnExecutionException();
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Files.writeString(out, new Gson().toJson(measure()));
        return CommandLine.ExitCode.OK;
    }

    private List<?> measure() {
        return switch (section) {
            case DISTILBERT, MIXED, MINILM, VIT -> sideBySide(section.workloads());
            case CORPUS -> sideBySide(SideBySide.corpus(texts, model, PADDED_BATCH));
            case ROOFLINE -> Roofline.measure(threads, rounds, seconds);
            case ALLOCATION -> Allocation.measure(model, section.workloads(), threads);
            case START -> throw new IllegalArgumentException("--section START: whole processes are timed by the suite");
        };
    }

    private List<ModelResult> sideBySide(List<Workload> workloads) {
        return new SideBySideSection(section, model, python, threads, rounds, seconds).measure(workloads);
    }
}
