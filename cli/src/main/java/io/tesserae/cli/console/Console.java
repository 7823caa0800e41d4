package io.tesserae.cli.console;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * What a command sees of the world: where input comes from, where answers and messages go.
 *
 * @param in standard input
 * @param out standard output: answers, in UTF-8 whatever the locale
 * @param err standard error: warnings, errors, progress
 * @param terminals where a person is
 * @param environment the variables of the environment, where the hub's settings are
 * @param home the folder of whoever runs this
 * @param messages how much is said on standard error
 */
public record Console(
        InputStream in,
        Output out,
        PrintStream err,
        Terminals terminals,
        Map<String, String> environment,
        Path home,
        Messages messages) {

    /**
     * Where a person is.
     *
     * @param in whether a person would have to type what is read
     * @param out whether a person watches standard output
     * @param err whether a person watches standard error
     */
    public record Terminals(boolean in, boolean out, boolean err) {

        /** A script runs the command. */
        public static final Terminals NONE = new Terminals(false, false, false);
    }

    /** The console of this process. The launcher says, by system properties, what the JVM cannot find out. */
    public static Console ofProcess() {
        PrintStream err = processError();
        System.setErr(err);
        return new Console(
                new BufferedInputStream(new FileInputStream(FileDescriptor.in)),
                new Output(new FileOutputStream(FileDescriptor.out)),
                err,
                new Terminals(
                        !"false".equals(System.getProperty("tesserae.stdin.terminal")),
                        Boolean.getBoolean("tesserae.stdout.terminal"),
                        Boolean.getBoolean("tesserae.stderr.terminal")),
                System.getenv(),
                Path.of(System.getProperty("user.home")),
                new Messages());
    }

    /** Whether what goes to standard output may have colours. */
    public boolean colours() {
        return terminals.out() && !environment.containsKey("NO_COLOR");
    }

    /** Whether failures show their stack traces. */
    public boolean debug() {
        return "1".equals(environment.get("TESSERAE_DEBUG"));
    }

    /** One line on standard error, whatever the message quotes. */
    public void message(String message) {
        err.println(Printable.line(message));
    }

    /** The same in place of what a bar has drawn. In one piece: a bar is drawn by a thread of its own, which would draw between two. */
    public void messageOverBar(String message) {
        err.println("\r\u001b[K" + Printable.line(message));
    }

    /** Something that the user should know and that is no failure. */
    public void warning(String message) {
        if (!isQuiet()) {
            message("tesserae: warning: " + message);
        }
    }

    /**
     * What goes on, for who wants to know; with the time since the start.
     *
     * @param format as {@link String#format} has it: put together only where somebody wants to know
     */
    public void detail(String format, Object... values) {
        if (messages.verbosity() == Verbosity.VERBOSE) {
            String message = String.format(Locale.ROOT, format, values);
            message(String.format(Locale.ROOT, "tesserae: %.3f s: %s", messages.secondsSinceStart(), message));
        }
    }

    /** Whether errors alone are said. */
    public boolean isQuiet() {
        return messages.verbosity() == Verbosity.QUIET;
    }

    /** The same with answers going elsewhere, where no person watches them. */
    public Console withOutput(Output other) {
        Terminals others = new Terminals(terminals.in(), false, terminals.err());
        return new Console(in, other, err, others, environment, home, messages);
    }

    public PrintWriter helpWriter() {
        return new PrintWriter(out.asStream(), true, StandardCharsets.UTF_8);
    }

    /**
     * Standard error beside the filter that the launcher puts behind the JVM's own (it takes out a warning that cannot be
     * switched off): what goes around the filter has arrived when the process ends.
     */
    private static PrintStream processError() {
        Integer descriptor = Integer.getInteger("tesserae.stderr.descriptor");
        OutputStream stream =
                descriptor == null ? new FileOutputStream(FileDescriptor.err) : new DescriptorStream(descriptor);
        return new PrintStream(new BufferedOutputStream(stream), true, StandardCharsets.UTF_8);
    }
}
