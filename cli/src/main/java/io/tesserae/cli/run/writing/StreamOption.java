package io.tesserae.cli.run.writing;

import io.tesserae.cli.console.Output;
import io.tesserae.cli.console.Printable;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.task.EveryInput;
import io.tesserae.cli.task.TaskRun;
import io.tesserae.generation.GenerationConfig;
import io.tesserae.generation.GenerationOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** {@code --stream}. */
final class StreamOption {

    @Option(
            names = "--stream",
            description = "Print each answer as it is written, one input at a time; as text, and one answer to each.")
    private boolean stream;

    /** Whether answers are to be printed as they are written. */
    boolean isAsked(TaskRun run, GenerationConfig config) {
        if (stream && run.isJson()) {
            throw run.usage("--stream prints text as it is written, and a JSON value is whole or none: leave out one of"
                    + " --stream and --output json");
        }
        if (stream && config.get(GenerationOption.NUM_RETURN_SEQUENCES) > 1) {
            throw run.usage("--stream prints one answer to each input: leave it out, or ask for no more than one");
        }
        return stream;
    }

    /**
     * Answers all inputs, one after the other, and prints each answer on the way.
     *
     * @param write writes the answer to one input and hands on its pieces
     * @param behind what stands behind an answer, on its line
     */
    static <I, A> void run(
            TaskRun run,
            Inputs<I> inputs,
            BiFunction<I, Consumer<String>, A> write,
            Function<I, String> behind,
            Progress progress)
            throws IOException {
        Output out = run.console().out();
        EveryInput.run(
                run, inputs, 1, batch -> answer(batch, out, write), (input, answer) -> behind.apply(input), progress);
    }

    private static <I, A> List<A> answer(List<I> inputs, Output out, BiFunction<I, Consumer<String>, A> write) {
        List<A> answers = new ArrayList<>(inputs.size());
        for (I input : inputs) {
            AtomicBoolean hasBegun = new AtomicBoolean();
            Consumer<String> print = piece -> {
                hasBegun.set(true);
                byte[] bytes = Printable.lines(piece).getBytes(StandardCharsets.UTF_8);
                out.bytes(stream -> stream.write(bytes));
                out.flush();
            };
            try {
                answers.add(write.apply(input, print));
            } catch (RuntimeException e) {
                if (hasBegun.get()) {
                    out.line(""); // whatever comes next is no part of this answer
                    out.flush();
                }
                throw e;
            }
        }
        return answers;
    }
}
