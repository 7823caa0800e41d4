package io.tesserae.cli.hub;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.option.HelpOption;
import io.tesserae.cli.option.HelpSubcommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tesserae cache}: a roof for the commands about the cache; by itself it says what there is. */
@Command(
        sortOptions = false,
        name = "cache",
        header = {"List, check and remove downloaded models.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae cache COMMAND [OPTIONS] [NAME...]",
        description = {
            "",
            "The cache is the one that Python's huggingface_hub uses: ~/.cache/huggingface/hub, or as HF_HOME",
            "or HF_HUB_CACHE says. Only models are looked at; data sets and other things in it are left alone."
        },
        commandListHeading = "%n@|bold Commands|@%n",
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n@|bold Examples|@%n",
        footer = {
            "  tesserae cache list",
            "  tesserae cache verify --repair",
            "  tesserae cache remove google/vit-base-patch16-224 --dry-run"
        })
public final class CacheCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    private final Console console;

    private CacheCommand(Console console) {
        this.console = console;
    }

    /** The command with those below it. */
    public static CommandLine commandLine(Console console) {
        return new CommandLine(new CacheCommand(console))
                .addSubcommand(new CacheListCommand(console))
                .addSubcommand(new CacheVerifyCommand(console))
                .addSubcommand(new CacheRemoveCommand(console))
                .addSubcommand(HelpSubcommand.below("tesserae cache"));
    }

    @Override
    public void run() {
        spec.commandLine().usage(console.helpWriter(), spec.commandLine().getColorScheme());
    }
}
