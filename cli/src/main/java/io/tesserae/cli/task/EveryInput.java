package io.tesserae.cli.task;

import io.tesserae.cli.console.CommandException;
import io.tesserae.cli.console.Output;
import io.tesserae.cli.console.Progress;
import io.tesserae.cli.input.Input;
import io.tesserae.cli.input.Inputs;
import io.tesserae.cli.input.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The way of every task that writes a line for each input: reads as many inputs as are there, answers them together, writes
 * the answers, until the last. Whatever the number of inputs, there are never more in memory than are answered together.
 *
 * <p>No {@code switch} over types here: the JVM makes up each when it is first run, some ms before the first answer.
 *
 * @param <I> what an input is
 * @param <A> what an answer is
 */
public final class EveryInput<I, A> {

    /** As many texts as are read before the first is answered, where nobody says. */
    private static final int TEXTS_TOGETHER = 256;

    private final TaskRun run;
    private final Function<List<I>, List<A>> answer;
    private final BiConsumer<I, A> writer;

    private EveryInput(TaskRun run, Function<List<I>, List<A>> answer, BiConsumer<I, A> writer) {
        this.run = run;
        this.answer = answer;
        this.writer = writer;
    }

    /** How many texts are read together: some batches full, or what the user says. */
    static int textsTogether(OptionalInt batchSize) {
        return batchSize.isEmpty() ? TEXTS_TOGETHER : Math.clamp(batchSize.getAsInt(), 1, 16 * TEXTS_TOGETHER);
    }

    /**
     * Answers all inputs. Where one fails, those before it are answered first; whether those behind it are, the command says.
     *
     * @param together how many inputs at most are answered at a time
     * @param answer answers them, in their order; of none, it says whether it could answer at all
     * @param line what to write of an answer
     */
    public static <I, A> void run(
            TaskRun run,
            Inputs<I> inputs,
            int together,
            Function<List<I>, List<A>> answer,
            BiFunction<I, A, String> line,
            Progress progress)
            throws IOException {
        Output out = run.console().out();
        write(run, inputs, together, answer, (input, answered) -> out.line(line.apply(input, answered)), progress);
    }

    /**
     * Likewise where answers are not lines.
     *
     * @param writer writes an answer
     */
    public static <I, A> void write(
            TaskRun run,
            Inputs<I> inputs,
            int together,
            Function<List<I>, List<A>> answer,
            BiConsumer<I, A> writer,
            Progress progress)
            throws IOException {
        answer.apply(List.of()); // options that do not fit the model are the fault of no input
        run.console().detail("the model is loaded");
        long answered = 0;
        EveryInput<I, A> every = new EveryInput<>(run, answer, writer);
        try (WholeBatches batches = new WholeBatches(run.console(), run.keepsAnswers())) {
            for (List<Input<I>> batch = inputs.next(together); !batch.isEmpty(); batch = inputs.next(together)) {
                List<Input<I>> current = batch;
                batches.answer(batch.size(), () -> every.answer(current));
                answered += batch.size();
                progress.reached(inputs.bytesRead());
            }
            run.console().detail("inputs: %d", answered);
        }
    }

    /** What came of an input. */
    private sealed interface Outcome<A> {

        record Answered<A>(A answer) implements Outcome<A> {}

        record Failed<A>(RuntimeException reason) implements Outcome<A> {}
    }

    private void answer(List<Input<I>> batch) {
        List<I> readable = readable(batch);
        List<Outcome<A>> outcomes = new ArrayList<>(readable.size());
        if (!readable.isEmpty()) {
            collect(readable, outcomes);
        }
        Iterator<Outcome<A>> next = outcomes.iterator();
        for (Input<I> input : batch) {
            if (input instanceof Input.Read<I> read) {
                print(read, next.next());
            } else if (input instanceof Input.Unreadable<I>(Place _, RuntimeException reason)) {
                run.badInputs().refuse(input, reason);
            }
        }
        run.console().out().flush();
    }

    /** The inputs that a batch is answered for: where the first that is none ends the run, those before it. */
    private List<I> readable(List<Input<I>> batch) {
        List<I> readable = new ArrayList<>(batch.size());
        for (Input<I> input : batch) {
            if (input instanceof Input.Read<I>(Place _, I value)) {
                readable.add(value);
            } else if (run.badInputs().endRun()) {
                return readable;
            }
        }
        return readable;
    }

    /**
     * Answers inputs together; where that fails, each half by itself, and so on, until those that are no good stand alone. The
     * others have the same answers in any company. Stops behind a failure that ends the run.
     */
    private void collect(List<I> inputs, List<Outcome<A>> outcomes) {
        try {
            answer.apply(inputs).forEach(one -> outcomes.add(new Outcome.Answered<>(one)));
        } catch (RuntimeException e) {
            if (inputs.size() == 1) {
                outcomes.add(new Outcome.Failed<>(e));
                return;
            }
            int half = inputs.size() / 2;
            collect(inputs.subList(0, half), outcomes);
            if (!endsRun(outcomes.getLast())) {
                collect(inputs.subList(half, inputs.size()), outcomes);
            }
        }
    }

    private boolean endsRun(Outcome<A> outcome) {
        return outcome instanceof Outcome.Failed<A>(RuntimeException reason)
                && (run.badInputs().endRun() || !Input.isAtFault(reason));
    }

    private void print(Input.Read<I> input, Outcome<A> outcome) {
        if (outcome instanceof Outcome.Answered<A>(A answered)) {
            print(input, answered);
        } else if (outcome instanceof Outcome.Failed<A>(RuntimeException reason)) {
            run.badInputs().refuse(input, reason);
        }
    }

    private void print(Input.Read<I> input, A answered) {
        try {
            writer.accept(input.value(), answered);
        } catch (CommandException e) { // there is an answer, but it cannot be written
            run.badInputs().refuse(input, e);
        }
    }
}
