package io.tesserae.cli;

import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Messages;
import io.tesserae.cli.console.Output;
import io.tesserae.packed.Packed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One run of the command line inside the test's own process, and what came of it. */
public record Run(int exitCode, String out, String err) {

    public static final Path FIXTURES = Path.of("..", "testdata", "fixtures");

    /** Without a network and without a cache. */
    private static final Map<String, String> OFFLINE = Map.of(
            "HF_HUB_OFFLINE", "1", "HF_HUB_CACHE", Path.of("target", "no-cache").toString());

    /** The folder of a checkpoint that tests load, unpacked where it is kept compressed. */
    public static String fixture(String name) {
        return Packed.checkpoint(FIXTURES.resolve(name)).toString();
    }

    public static Run of(String... arguments) {
        return withInput("", arguments);
    }

    public static Run withInput(String input, String... arguments) {
        return withInput(input.getBytes(StandardCharsets.UTF_8), arguments);
    }

    public static Run withInput(byte[] input, String... arguments) {
        return run(input, OFFLINE, false, false, arguments);
    }

    /** With variables of the environment, and with no others. */
    public static Run withEnvironment(Map<String, String> environment, String... arguments) {
        return run(new byte[0], environment, false, false, arguments);
    }

    /** The same while somebody watches standard error. */
    public static Run watched(Map<String, String> environment, String... arguments) {
        return run(new byte[0], environment, false, true, arguments);
    }

    /** The same where somebody would have to type the input. */
    public static Run typed(String input, String... arguments) {
        return run(input.getBytes(StandardCharsets.UTF_8), OFFLINE, true, false, arguments);
    }

    private static Run run(
            byte[] input,
            Map<String, String> environment,
            boolean inIsTerminal,
            boolean errIsTerminal,
            String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new ByteArrayInputStream(input),
                new Output(out),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new Console.Terminals(inIsTerminal, false, errIsTerminal),
                environment,
                Path.of("target", "no-home"),
                new Messages());
        int exitCode = Main.run(console, arguments);
        return new Run(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    public List<String> lines() {
        return out.lines().toList();
    }
}
