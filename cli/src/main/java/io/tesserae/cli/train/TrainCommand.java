package io.tesserae.cli.train;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.option.HelpOption;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tesserae train}: a roof for the tasks, each a command with options of its own. */
@Command(
        sortOptions = false,
        name = "train",
        header = {"Fine-tune a model for a task with data of one's own.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae train TASK --model NAME|DIR --train FILE --output-dir DIR [OPTIONS]",
        commandListHeading = "%n@|bold Tasks|@%n",
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n@|bold Examples|@%n",
        footer = {
            "  tesserae train text-classification --model distilbert/distilbert-base-uncased \\",
            "      --train train.tsv --eval dev.tsv --output-dir OUT",
            "  tesserae train text-classification --model DIR --train train.jsonl --eval dev.jsonl \\",
            "      --output-dir OUT --learning-rate 2e-5 --warmup-ratio 0.1 --eval-steps 200 --output json",
            "  tesserae train text-classification --help",
            "",
            "Options have the names of transformers' arguments. The output folder gets the model, as Tesserae",
            "and transformers load it, its checkpoints, and the log. The same command gives the same weights,",
            "bit for bit, on every machine and with any number of threads. Ctrl-C stops after the step and",
            "saves a checkpoint; the same command with --resume goes on from there."
        })
public final class TrainCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    private TrainCommand() {}

    /**
     * The command with the tasks below it.
     *
     * @param word what stands behind {@code train}: where it is a task, the others are left out, since reading their options takes time;
     *     where it is none, all are there
     */
    public static CommandLine commandLine(Console console, String word) {
        CommandLine commandLine = new CommandLine(new TrainCommand());
        for (String name : TrainTasks.NAMES) {
            if (!TrainTasks.NAMES.contains(word) || name.equals(word)) {
                commandLine.addSubcommand(name, task(name, console));
            }
        }
        return commandLine;
    }

    private static CommandLine task(String name, Console console) {
        CommandLine task = new CommandLine(TrainTasks.command(name, console));
        task.getCommandSpec()
                .usageMessage()
                .sortOptions(false)
                .synopsisHeading("@|bold Usage|@  ")
                .customSynopsis("tesserae train " + name + " --model NAME|DIR --train FILE --output-dir DIR [OPTIONS]")
                .optionListHeading("%n@|bold Options|@%n")
                .footerHeading("%n@|bold Example|@%n");
        return task;
    }

    /** What is wrong with the name of a task that is none. */
    public static String unknownTask(String name) {
        return "unknown task '" + name + "'; tasks are " + String.join(", ", TrainTasks.NAMES);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Missing required parameter: 'TASK'; tasks are " + String.join(", ", TrainTasks.NAMES));
    }
}
