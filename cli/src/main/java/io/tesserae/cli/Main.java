package io.tesserae.cli;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Failure;
import io.tesserae.cli.console.Suggestion;
import io.tesserae.cli.hub.CacheCommand;
import io.tesserae.cli.hub.DownloadCommand;
import io.tesserae.cli.model.BenchCommand;
import io.tesserae.cli.model.ForwardCommand;
import io.tesserae.cli.model.GenerateCommand;
import io.tesserae.cli.model.InspectCommand;
import io.tesserae.cli.model.TokenizeCommand;
import io.tesserae.cli.option.HelpSubcommand;
import io.tesserae.cli.option.VerbosityOptions;
import io.tesserae.cli.run.RunCommand;
import io.tesserae.cli.run.TaskFirst;
import io.tesserae.cli.serve.ServeCommand;
import io.tesserae.cli.train.TrainCommand;
import io.tesserae.cli.train.UnderscoreNames;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Where the command line starts: arguments in, exit code out. */
public final class Main {

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(Console.ofProcess(), arguments));
    }

    /** Runs a command; never throws, and says why on the console where it fails. */
    static int run(Console console, String... arguments) {
        int exitCode;
        try {
            String[] ordered = TaskFirst.order(helpLast(UnderscoreNames.replaced(arguments)));
            exitCode = commandLine(console, ordered).execute(ordered);
            console.out().flush();
        } catch (Throwable failure) {
            // Errors too: a model may ask for more memory than there is, a hostile text for more stack.
            exitCode = Failure.report(failure, console);
        }
        console.err().flush();
        return exitCode;
    }

    /** The help of a task, or of another command below a command: picocli's {@code help} knows one word, and ignores the rest. */
    private static String[] helpLast(String... arguments) {
        if (arguments.length != 3 || !arguments[0].equals("help") || arguments[2].startsWith("-")) {
            return arguments;
        }
        return new String[] {arguments[1], arguments[2], "--help"};
    }

    /** All commands with their options, for whoever writes completions and manual pages of them. */
    public static CommandLine commandLine() {
        return commandLine(Console.ofProcess());
    }

    private static CommandLine commandLine(Console console, String... arguments) {
        CommandLine commandLine = new CommandLine(new TesseraeCommand(console));
        Map<String, Function<Console, Object>> commands = commands(arguments);
        String first = arguments.length == 0 ? "" : arguments[0];
        if (commands.containsKey(first)) {
            // The others would never be looked at: reading all their options takes as long as reading a tokenizer.
            commandLine.addSubcommand(commands.get(first).apply(console));
        } else {
            commands.values().forEach(command -> commandLine.addSubcommand(command.apply(console)));
            commandLine.addSubcommand(HelpSubcommand.below("tesserae"));
        }
        addVerbosity(commandLine, console);
        return commandLine
                .setExpandAtFiles(false) // "@someone, hello" is a text, not a file of arguments
                .setOut(console.helpWriter())
                .setErr(new PrintWriter(console.err(), true))
                .setColorScheme(Help.defaultColorScheme(console.colours() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler((exception, ignored) -> reportUsage(exception, console))
                .setExecutionExceptionHandler((exception, ignored, parsed) -> Failure.report(exception, console));
    }

    /** To every command, and to those below it. */
    private static void addVerbosity(CommandLine commandLine, Console console) {
        if (!(commandLine.getCommand() instanceof HelpCommand)) {
            commandLine.addMixin("verbosity", new VerbosityOptions(commandLine, console));
        }
        // A command with two names is there twice.
        new LinkedHashSet<>(commandLine.getSubcommands().values()).forEach(command -> addVerbosity(command, console));
    }

    /** By their names, in the order in which the help lists them. */
    private static Map<String, Function<Console, Object>> commands(String... arguments) {
        Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
        commands.put("run", some -> RunCommand.commandLine(some, arguments.length > 1 ? arguments[1] : ""));
        commands.put("train", some -> TrainCommand.commandLine(some, arguments.length > 1 ? arguments[1] : ""));
        commands.put("serve", ServeCommand::new);
        commands.put("tokenize", TokenizeCommand::new);
        commands.put("forward", ForwardCommand::new);
        commands.put("generate", GenerateCommand::new);
        commands.put("inspect", InspectCommand::new);
        commands.put("bench", BenchCommand::new);
        commands.put("download", DownloadCommand::new);
        commands.put("cache", CacheCommand::commandLine);
        commands.put("completion", some -> new CompletionCommand(some, Main::commandLine));
        return commands;
    }

    /** What was probably meant by a word that is no option and no command. */
    private static String hint(ParameterException exception) {
        if (isUnknownToHelp(exception)) {
            return Suggestion.of(
                    exception.getValue(),
                    exception.getCommandLine().getSubcommands().keySet());
        }
        if (!(exception instanceof UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().isEmpty()) {
            return "";
        }
        String word = unmatched.getUnmatched().getFirst();
        CommandSpec command = exception.getCommandLine().getCommandSpec();
        if (foreign(unmatched).isPresent()) {
            return "";
        }
        if (!word.startsWith("-")) {
            return Suggestion.of(word, command.subcommands().keySet());
        }
        // A letter is as near to any other.
        String option =
                word.length() > 2 ? Suggestion.of(word, command.optionsMap().keySet()) : "";
        return option.isEmpty() && !command.positionalParameters().isEmpty()
                ? "; an input that begins with a dash goes after --"
                : option;
    }

    private static String message(ParameterException exception) {
        if (isUnknownToHelp(exception)) {
            return "unknown command '" + exception.getValue() + "'";
        }
        if (exception instanceof UnmatchedArgumentException unmatched) {
            CommandLine command = exception.getCommandLine();
            if (!unmatched.isUnknownOption() && !command.getSubcommands().isEmpty()) {
                String word = unmatched.getUnmatched().getFirst();
                return switch (command.getCommand()) {
                    case RunCommand ignored -> RunCommand.unknownTask(word);
                    case TrainCommand ignored -> TrainCommand.unknownTask(word);
                    default -> "unknown command '" + word + "'";
                };
            }
            return foreign(unmatched).orElseGet(exception::getMessage);
        }
        return exception.getMessage();
    }

    /** Whose option it is that stands behind a task which does not have it; empty where it is nobody's. */
    private static Optional<String> foreign(UnmatchedArgumentException unmatched) {
        CommandLine task = unmatched.getCommandLine();
        return task.getParent() != null && task.getParent().getCommand() instanceof RunCommand
                ? RunCommand.owners(unmatched.getUnmatched().getFirst(), task.getCommandName())
                : Optional.empty();
    }

    /** Whether {@code help} was asked for a command that is none: no other failure names a value and no argument. */
    private static boolean isUnknownToHelp(ParameterException exception) {
        return exception.getValue() != null && exception.getArgSpec() == null;
    }

    private static int reportUsage(ParameterException exception, Console console) {
        String command = exception.getCommandLine().getCommandSpec().qualifiedName();
        console.message(command + ": " + message(exception) + hint(exception) + " (try '" + command + " --help')");
        if (console.debug()) {
            exception.printStackTrace(console.err());
        }
        return CommandLine.ExitCode.USAGE;
    }
}
