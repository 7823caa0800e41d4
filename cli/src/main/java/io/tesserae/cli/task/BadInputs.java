package io.tesserae.cli.task;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Console;
import io.tesserae.cli.console.Failure;
import io.tesserae.cli.input.Input;
import io.tesserae.cli.input.Place;
import io.tesserae.cli.output.Json;
import io.tesserae.pipelines.task.ImageInput;
import picocli.CommandLine.ExitCode;

/** What becomes of inputs that are no good: the first ends the run, or each is named, counted and left out. */
public final class BadInputs {

    /** Some inputs were skipped, and all others answered. */
    private static final int SOME_SKIPPED = 3;

    private final OnError onError;
    private final boolean json;
    private final Console console;
    private long skipped;

    BadInputs(OnError onError, boolean json, Console console) {
        this.onError = onError;
        this.json = json;
        this.console = console;
    }

    /** Whether the first of them ends the run. */
    boolean endRun() {
        return onError == OnError.FAIL;
    }

    /** Leaves an input out: says so on standard error and, to programs, in the place of the answer. */
    void refuse(Input<?> input, RuntimeException reason) {
        String message = leaveOut(input, reason);
        if (json) {
            console.out().line(errorRecord(input, message));
        }
    }

    /** Leaves an input out that has no answer of its own. Returns what is wrong with it. */
    public String leaveOut(Input<?> input, RuntimeException reason) {
        if (!Input.isAtFault(reason)) {
            throw reason;
        }
        String message = describe(input, reason);
        if (endRun()) {
            throw new CommandException(message, reason);
        }
        skipped++;
        console.message("tesserae: " + message);
        return message;
    }

    /** What could not be read says itself where it stands; a pipeline knows of no lines. */
    private static String describe(Input<?> input, RuntimeException reason) {
        String message = Failure.describe(reason);
        return input instanceof Input.Unreadable ? message : input.place().describe(message);
    }

    private static String errorRecord(Input<?> input, String message) {
        Json json = new Json()
                .raw("{")
                .name("error")
                .string(message)
                .name(input.place().unit())
                .integer(input.place().number());
        if (input instanceof Input.Read<?>(Place _, ImageInput image)) {
            json.name("image").string(image.name());
        }
        return json.raw("}").toString();
    }

    /** How the run ended, as far as its inputs are concerned. */
    int exitCode() {
        return skipped == 0 ? ExitCode.OK : SOME_SKIPPED;
    }
}
