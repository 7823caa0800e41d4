package io.tesserae.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
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
            exitCode = commandLine(console, arguments).execute(arguments);
            console.out().flush();
        } catch (Throwable failure) {
            // Errors too: a model may ask for more memory than there is, a hostile text for more stack.
            exitCode = Failure.report(failure, console);
        }
        console.err().flush();
        return exitCode;
    }

    /** All commands with their options, for whoever writes completions and manual pages of them. */
    public static CommandLine commandLine() {
        return commandLine(Console.ofProcess());
    }

    private static CommandLine commandLine(Console console, String... arguments) {
        CommandLine commandLine = new CommandLine(new TesseraeCommand(console));
        Map<String, Function<Console, Object>> commands = commands();
        String first = arguments.length == 0 ? "" : arguments[0];
        if (commands.containsKey(first)) {
            // The others would never be looked at: reading all their options takes as long as reading a tokenizer.
            commandLine.addSubcommand(commands.get(first).apply(console));
        } else {
            commands.values().forEach(command -> commandLine.addSubcommand(command.apply(console)));
            commandLine.addSubcommand(helpCommand("tesserae"));
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

    /** picocli's own, which speaks as the others do. */
    static CommandLine helpCommand(String above) {
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

    /** To every command, and to those below it. */
    private static void addVerbosity(CommandLine commandLine, Console console) {
        if (!(commandLine.getCommand() instanceof HelpCommand)) {
            commandLine.addMixin("verbosity", new VerbosityOptions(commandLine, console));
        }
        commandLine.getSubcommands().values().forEach(command -> addVerbosity(command, console));
    }

    /** By their names, in the order in which the help lists them. */
    private static Map<String, Function<Console, Object>> commands() {
        Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
        commands.put("run", RunCommand::new);
        commands.put("tokenize", TokenizeCommand::new);
        commands.put("forward", ForwardCommand::new);
        commands.put("inspect", InspectCommand::new);
        commands.put("bench", BenchCommand::new);
        commands.put("download", DownloadCommand::new);
        commands.put("cache", CacheCommand::commandLine);
        commands.put("completion", CompletionCommand::new);
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
        if (exception instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !exception.getCommandLine().getSubcommands().isEmpty()) {
            return "unknown command '" + unmatched.getUnmatched().getFirst() + "'";
        }
        return exception.getMessage();
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
