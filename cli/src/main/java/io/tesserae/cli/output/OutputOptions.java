package io.tesserae.cli.output;

import io.tesserae.cli.console.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code --output} and {@code --output-file}: how answers are written, and where. */
public final class OutputOptions {

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            converter = OutputFormat.Converter.class,
            completionCandidates = OutputFormat.Converter.class,
            description =
                    "How to print answers: text, for people (the default); json, one value for each input. Vectors also as"
                            + " csv, npy or safetensors, token ids as safetensors; there the ending of --output-file is enough.")
    private OutputFormat format;

    @Option(
            names = "--output-file",
            paramLabel = "FILE",
            description = "Write answers to a file instead; it appears, or is replaced, when it is complete.")
    private Path file;

    /** What writes answers. */
    @FunctionalInterface
    public interface Body {
        public int write(Console console) throws IOException;
    }

    public Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /**
     * How answers are written: as is said, else as the file is named where there is a choice beyond text and JSON, else as text.
     *
     * @param possible what the answers can be written as
     * @param what whose answers they are, for the message
     */
    public OutputFormat format(Set<OutputFormat> possible, String what, CommandSpec command) {
        if (format != null && !possible.contains(format)) {
            throw new ParameterException(
                    command.commandLine(),
                    "--output " + format + " is not for the answers of " + what + ", which are written as "
                            + possible.stream().map(OutputFormat::toString).collect(Collectors.joining(" or ")));
        }
        return Optional.ofNullable(format)
                .or(() -> possible.size() == 2
                        ? Optional.empty()
                        : file().flatMap(OutputFormat::ofName).filter(possible::contains))
                .orElse(OutputFormat.TEXT);
    }

    /** Has answers written, to the file or where the console's go. */
    public int write(OutputFormat format, Body body, CommandSpec command, Console console) throws IOException {
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
