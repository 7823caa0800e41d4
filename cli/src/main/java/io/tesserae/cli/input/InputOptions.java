package io.tesserae.cli.input;

import io.tesserae.cli.console.Console;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code --input}, and where inputs come from without it. */
public final class InputOptions {

    /** As a file and as an argument. */
    private static final String STANDARD_INPUT = "-";

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description =
                    "Read inputs from a file of any length, one a line; - is standard input. A line is a plain text (for"
                            + " pictures, a file's name) or JSON: a string, {\"text\": ..., \"text_pair\": ...}, for pictures"
                            + " {\"image\": ...}, with a \"prompt\", \"question\" or \"next_image\" where the task has one,"
                            + " for zero-shot {\"sequence\": ..., \"candidate_labels\": [...]}, for conversations {\"messages\":"
                            + " [{\"role\": ..., \"content\": ...}]}.")
    private String file;

    public boolean isStandardInput() {
        return STANDARD_INPUT.equals(file);
    }

    /** The inputs, from the file or from the arguments: one of the two; else from a pipe. */
    public <T> Inputs<T> open(List<String> arguments, InputFormat<T> inputs, CommandSpec command, Console console)
            throws IOException {
        if (file != null && !arguments.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(),
                    "give " + inputs.plural() + " as arguments or by --input, not both; found --input and '"
                            + arguments.getFirst() + "'");
        }
        if (file != null) {
            return Inputs.open(file, inputs, console);
        }
        if (arguments.isEmpty() && !isPiped(console)) {
            throw new ParameterException(
                    command.commandLine(),
                    "no input: give " + inputs.plural()
                            + " as arguments, or --input FILE, or --input - for standard input");
        }
        return openArguments(arguments.isEmpty() ? List.of(STANDARD_INPUT) : arguments, inputs, command, console);
    }

    /** What {@code -} stands for depends on the inputs: the lines of standard input, or one picture. */
    private static <T> Inputs<T> openArguments(
            List<String> arguments, InputFormat<T> inputs, CommandSpec command, Console console) throws IOException {
        int dashes = Collections.frequency(arguments, STANDARD_INPUT);
        if (dashes == 0) {
            return Inputs.ofArguments(inputs.ofArguments(arguments));
        }
        Optional<T> whole = inputs.ofStandardInput(console.in());
        if (dashes > 1 || whole.isEmpty() && arguments.size() > 1) {
            throw new ParameterException(
                    command.commandLine(),
                    "'-' is standard input, and stands " + (whole.isEmpty() ? "alone" : "once")
                            + "; a text that is a dash goes into a line of --input");
        }
        return whole.isEmpty()
                ? Inputs.open(STANDARD_INPUT, inputs, console)
                : Inputs.ofArguments(inputs.ofArguments(arguments, whole.get()));
    }

    /** Whether something is sent to standard input: not a person, and not nothing at all, as where there is no terminal. */
    private static boolean isPiped(Console console) throws IOException {
        if (console.terminals().in()) {
            return false;
        }
        console.in().mark(1);
        boolean something = console.in().read() >= 0;
        console.in().reset();
        return something;
    }
}
