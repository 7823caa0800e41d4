package io.tesserae.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;

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
            exitCode = commandLine(console).execute(arguments);
            console.out().flush();
        } catch (Throwable failure) {
            // Errors too: a model may ask for more memory than there is, a hostile text for more stack.
            exitCode = Failure.report(failure, console);
        }
        console.err().flush();
        return exitCode;
    }

    static CommandLine commandLine(Console console) {
        CommandLine commandLine = new CommandLine(new TesseraeCommand(console))
                .addSubcommand(new RunCommand(console))
                .addSubcommand(new TokenizeCommand(console))
                .addSubcommand(new ForwardCommand(console))
                .addSubcommand(new InspectCommand(console))
                .addSubcommand(new BenchCommand(console))
                .addSubcommand(new DownloadCommand(console))
                .addSubcommand(CacheCommand.commandLine(console))
                .addSubcommand(new HelpCommand());
        return commandLine
                .setExpandAtFiles(false) // "@someone, hello" is a text, not a file of arguments
                .setOut(console.helpWriter())
                .setErr(new PrintWriter(console.err(), true))
                .setColorScheme(Help.defaultColorScheme(console.outIsTerminal() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler((exception, ignored) -> reportUsage(exception, console))
                .setExecutionExceptionHandler((exception, ignored, parsed) -> Failure.report(exception, console));
    }

    private static int reportUsage(ParameterException exception, Console console) {
        String command = exception.getCommandLine().getCommandSpec().qualifiedName();
        console.message(command + ": " + exception.getMessage() + " (try '" + command + " --help')");
        if (console.debug()) {
            exception.printStackTrace(console.err());
        }
        return CommandLine.ExitCode.USAGE;
    }
}
