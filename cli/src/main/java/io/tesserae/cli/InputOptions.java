package io.tesserae.cli;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where inputs come from and how answers are written. */
final class InputOptions {

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = {
                "Read inputs from a file, one a line; - is standard input. A line is a plain text or a picture's file"
                        + " name, or JSON: a string, {\"text\": ..., \"text_pair\": ...}, {\"image\": ...} or, for zero-shot,"
                        + " {\"sequence\": ..., \"candidate_labels\": [...]}.",
                "Any number of lines: they are answered as they are read."
            })
    private String file;

    @Option(
            names = "--output",
            paramLabel = "text|json",
            converter = Converters.Format.class,
            description = "How to print answers: for people (the default), or one JSON value for each input.")
    private OutputFormat format = OutputFormat.TEXT;

    OutputFormat format() {
        return format;
    }

    boolean isStandardInput() {
        return "-".equals(file);
    }

    /** The inputs, from the file or from the arguments: one of the two. */
    <T> Inputs<T> open(List<String> arguments, InputFormat<T> inputs, CommandSpec command, Console console)
            throws IOException {
        if (file == null && arguments.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(),
                    "no input: give " + inputs.plural()
                            + " as arguments, or --input FILE, or --input - for standard input");
        }
        if (file != null && !arguments.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(),
                    "give " + inputs.plural() + " as arguments or by --input, not both; found --input and '"
                            + arguments.getFirst() + "'");
        }
        return file == null ? Inputs.ofArguments(inputs.ofArguments(arguments)) : Inputs.open(file, inputs, console);
    }
}
