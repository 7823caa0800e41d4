package io.tesserae.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
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
            converter = Converters.ShellChoice.class,
            completionCandidates = Converters.ShellChoice.class,
            description = "bash (the default) or zsh; one script does for both.")
    private Shell shell = Shell.BASH;

    @Mixin
    private HelpOption help;

    private final Console console;

    CompletionCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.out().line(AutoComplete.bash("tesserae", Main.commandLine()).stripTrailing());
        return 0;
    }
}
