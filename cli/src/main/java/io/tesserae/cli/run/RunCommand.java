package io.tesserae.cli.run;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.option.HelpOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tesserae run}: a roof for the tasks, each a command with options of its own. */
@Command(
        sortOptions = false,
        name = "run",
        header = {"Run a task: texts or pictures in, answers out.", ""},
        synopsisHeading = "@|bold Usage|@  ",
        customSynopsis = "tesserae run TASK [OPTIONS] [INPUT...]",
        commandListHeading = "%n@|bold Tasks|@%n",
        optionListHeading = "%n@|bold Options|@%n",
        footerHeading = "%n@|bold Examples|@%n",
        footer = {
            "  tesserae run sentiment-analysis \"The actors were very convincing.\" \"A dull film.\"",
            "  tesserae run text-classification --top-k all --output json --input reviews.txt \\",
            "      --model distilbert/distilbert-base-uncased-finetuned-sst-2-english",
            "  tesserae run ner --model dslim/bert-base-NER --aggregation simple \"Angela Merkel lives in Berlin.\"",
            "  tesserae run image-classification --model DIR --top-k 5 cat.jpg holidays/ 'archive/**/*.png'",
            "  tesserae run agent --environment cart-pole --episodes 1",
            "  tesserae run ner --help",
            "",
            "'tesserae run TASK --help' shows the options of a task, and an example. A text that begins with",
            "a dash goes after --. A text that is longer than the model takes is cut, with a warning.",
            "Answers do not depend on --batch-size or --threads, to the last bit."
        })
public final class RunCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    private RunCommand() {}

    /**
     * The command with the tasks below it.
     *
     * @param word what stands behind {@code run}: where it is a task, the others are left out, since reading their options takes
     *     time; where it is none, all are there
     */
    public static CommandLine commandLine(Console console, String word) {
        CommandLine commandLine = new CommandLine(new RunCommand());
        if (Tasks.names().contains(word)) {
            commandLine.addSubcommand(word, task(word, console));
            return commandLine;
        }
        for (List<String> names : Tasks.NAMES) {
            String name = names.getFirst();
            String[] others = names.subList(1, names.size()).toArray(String[]::new);
            commandLine.addSubcommand(name, task(name, console), others);
        }
        return commandLine;
    }

    private static CommandLine task(String name, Console console) {
        CommandLine task = new CommandLine(Tasks.command(name, console));
        boolean takesInputs = !task.getCommandSpec().positionalParameters().isEmpty();
        task.getCommandSpec()
                .usageMessage()
                .sortOptions(false)
                .synopsisHeading("@|bold Usage|@  ")
                .customSynopsis("tesserae run " + name + " [OPTIONS]" + (takesInputs ? " [INPUT...]" : ""))
                .parameterListHeading("%n@|bold Arguments|@%n")
                .optionListHeading("%n@|bold Options|@%n")
                .footerHeading("%n@|bold Example|@%n");
        return task;
    }

    /** What is wrong with the name of a task that is none. */
    public static String unknownTask(String name) {
        return "unknown task '" + name + "'; tasks are " + String.join(", ", Tasks.names());
    }

    /**
     * What is wrong with an option that a task does not have.
     *
     * @param argument as it was written, perhaps with its value
     * @return empty if no other task has it
     */
    public static Optional<String> owners(String argument, String task) {
        String name = argument.replaceFirst("=.*", "");
        Map<String, OptionSpec> owners = new LinkedHashMap<>();
        options().forEach((owner, options) -> {
            if (options.containsKey(name)) {
                owners.put(owner, options.get(name));
            }
        });
        return owners.values().stream()
                .findFirst()
                .map(option -> option.names()[0] + " belongs to "
                        + (owners.size() == Tasks.NAMES.size() - 1
                                ? "every other task"
                                : owners.keySet().stream().collect(Collectors.joining(" and ")))
                        + ", not to " + task);
    }

    /** The options of every task, by its first name and theirs. */
    static Map<String, Map<String, OptionSpec>> options() {
        Map<String, Map<String, OptionSpec>> options = new LinkedHashMap<>();
        for (List<String> names : Tasks.NAMES) {
            CommandLine task = new CommandLine(Tasks.command(names.getFirst(), null));
            options.put(names.getFirst(), task.getCommandSpec().optionsMap());
        }
        return options;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Missing required parameter: 'TASK'; tasks are " + String.join(", ", Tasks.names()));
    }
}
