package io.tesserae.cli;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.option.Choice;
import io.tesserae.cli.option.HelpOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code tesserae completion}: what lets a shell complete commands and options. */
@Command(
        sortOptions = false,
        name = "completion",
        header = {"Print a script that completes commands and options in a shell.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae completion [SHELL]",
        parameterListHeading = "%n@|bold Arguments|@%n",
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n@|bold Example|@%n",
        footer = "  source <(tesserae completion)")
final class CompletionCommand implements Callable<Integer> {

    /** A shell that runs the script. */
    enum Shell {
        BASH,
        ZSH
    }

    @Parameters(
            paramLabel = "SHELL",
            arity = "0..1",
            converter = CompletionCommand.ShellChoice.class,
            completionCandidates = CompletionCommand.ShellChoice.class,
            description = "bash (the default) or zsh; one script does for both.")
    private Shell shell = Shell.BASH;

    @Mixin
    private HelpOption help;

    private final Console console;
    private final Supplier<CommandLine> commands;

    /** @param commands all of them, with their options */
    CompletionCommand(Console console, Supplier<CommandLine> commands) {
        this.console = console;
        this.commands = commands;
    }

    @Override
    public Integer call() {
        console.out().line(AutoComplete.bash("tesserae", commands.get()).stripTrailing());
        return 0;
    }

    /** Who completes words. */
    static final class ShellChoice extends Choice<Shell> {
        ShellChoice() {
            super(List.of(Shell.values()));
        }
    }
}
