package io.tesserae.cli.option;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Verbosity;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code --quiet} and {@code --verbose}, the same for every command; the console has what they say. */
public final class VerbosityOptions {

    private final CommandLine command;
    private final Console console;

    public VerbosityOptions(CommandLine command, Console console) {
        this.command = command;
        this.console = console;
    }

    @Option(names = "--quiet", description = "Say nothing on standard error but errors: no progress, no warnings.")
    void quiet(boolean chosen) {
        choose(chosen, Verbosity.QUIET);
    }

    @Option(
            names = "--verbose",
            description = "Say on standard error what is loaded, from where, with which kernels and threads, and when.")
    void verbose(boolean chosen) {
        choose(chosen, Verbosity.VERBOSE);
    }

    private void choose(boolean chosen, Verbosity verbosity) {
        if (chosen && !console.messages().choose(verbosity)) {
            throw new ParameterException(command, "give --quiet or --verbose, once");
        }
    }
}
