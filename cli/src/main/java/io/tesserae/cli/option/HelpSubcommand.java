package io.tesserae.cli.option;

import picocli.CommandLine;
import picocli.CommandLine.HelpCommand;

/** {@code help}, below a command that has others: picocli's own, which speaks as the others do. */
public final class HelpSubcommand {

    private HelpSubcommand() {}

    /** @param above what it stands below: {@code tesserae cache} */
    public static CommandLine below(String above) {
        CommandLine command = new CommandLine(new HelpCommand());
        command.getCommandSpec()
                .usageMessage()
                .header("Print the help of a command.", "")
                .synopsisHeading("@|bold Usage|@  ")
                .customSynopsis(above + " help [COMMAND]")
                .description("", "Without a command it is that of '" + above + "'.")
                .parameterListHeading("%n@|bold Arguments|@%n")
                .optionListHeading("%n@|bold Options|@%n");
        return command;
    }
}
