package io.tesserae.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code --output-file}, and who writes to it. */
final class OutputFileOption {

    @Option(
            names = "--output-file",
            paramLabel = "FILE",
            description = "Write answers to a file instead; it appears, or is replaced, when it is complete.")
    private Path file;

    /** What writes answers. */
    @FunctionalInterface
    interface Body {
        int write(Console console) throws IOException;
    }

    Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /** Has answers written, to the file or where the console's go. */
    int write(OutputFormat format, Body body, CommandSpec command, Console console) throws IOException {
        if (file == null) {
            if (format.isBinary() && console.terminals().out()) {
                throw new ParameterException(
                        command.commandLine(),
                        "--output " + format
                                + " is nothing for a terminal: give --output-file FILE, or send it to a file");
            }
            return body.write(console);
        }
        try (AnswerFile answers = AnswerFile.open(file)) {
            int exitCode = body.write(console.withOutput(answers.output()));
            answers.complete();
            return exitCode;
        }
    }
}
