package io.tesserae.cli.console;

import io.tesserae.loaders.files.ModelLoadingException;
import io.tesserae.loaders.image.ImageException;
import io.tesserae.tensor.WeightException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.ExitCode;

/** Turns whatever went wrong into one line and an exit code. */
public final class Failure {

    private Failure() {}

    public static int report(Throwable failure, Console console) {
        if (failure instanceof OutputException output && output.readerIsGone()) {
            return ExitCode.OK;
        }
        if (failure instanceof CancellationException) {
            return ExitCode.SOFTWARE; // whoever stopped the run knows
        }
        console.message("tesserae: " + describe(failure));
        if (console.debug()) {
            failure.printStackTrace(console.err());
        }
        return ExitCode.SOFTWARE;
    }

    public static String describe(Throwable failure) {
        return switch (failure) {
            case CommandException e -> e.getMessage();
            case ModelLoadingException e -> e.getMessage();
            case ImageException e -> e.getMessage();
            case OutputException e -> e.getMessage();
            case WeightException e -> e.getMessage();
            case IllegalArgumentException e when e.getMessage() != null -> e.getMessage();
            case NoSuchFileException e -> e.getFile() + ": " + (e.getReason() == null ? "no such file" : e.getReason());
            case AccessDeniedException e -> e.getFile() + ": permission denied";
            case FileSystemException e when e.getReason() != null -> e.getFile() + ": " + e.getReason();
            case UncheckedIOException e -> describe(e.getCause());
            case IOException e when e.getMessage() != null -> e.getMessage();
            case OutOfMemoryError ignored ->
                "out of memory at " + (Runtime.getRuntime().maxMemory() >> 20)
                        + " MB; give the JVM more (TESSERAE_JAVA_OPTIONS=-Xmx8g), or work on less at a time"
                        + " (--batch-size)";
            case StackOverflowError ignored -> "the input is nested too deeply";
            default -> "internal error: " + failure + " (set TESSERAE_DEBUG=1 for details)";
        };
    }
}
