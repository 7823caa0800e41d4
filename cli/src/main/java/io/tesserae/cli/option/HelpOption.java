package io.tesserae.cli.option;

import picocli.CommandLine.Option;

/** {@code --help}, the same for every command. */
public final class HelpOption {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    private boolean help;
}
