package io.tesserae.cli;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The way of every task that writes a line for each input: reads as many inputs as are there, answers them together, writes
 * the answers, until the last. Whatever the number of inputs, there are never more in memory than are answered together.
 */
final class EveryInput {

    /** As many texts as are read before the first is answered, where nobody says. */
    private static final int TEXTS_TOGETHER = 256;

    private EveryInput() {}

    /** How many texts are read together: some batches full, or what the user says. */
    static int textsTogether(OptionalInt batchSize) {
        return batchSize.isEmpty() ? TEXTS_TOGETHER : Math.clamp(batchSize.getAsInt(), 1, 16 * TEXTS_TOGETHER);
    }

    /**
     * Answers all inputs. Where one fails, those before it are answered first.
     *
     * @param together how many inputs at most are answered at a time
     * @param answer answers them, in their order
     * @param line writes an answer
     */
    static <I, A> void run(
            Inputs<I> inputs,
            int together,
            Function<List<I>, List<A>> answer,
            BiFunction<I, A, String> line,
            Console console,
            Progress progress)
            throws IOException {
        try (WholeBatches batches = new WholeBatches(console)) {
            for (List<I> batch = inputs.next(together); !batch.isEmpty(); batch = inputs.next(together)) {
                List<I> current = batch;
                batches.answer(batch.size(), () -> answer(current, answer, line, console.out()));
                progress.reached(inputs.bytesRead());
            }
        }
    }

    private static <I, A> void answer(
            List<I> batch, Function<List<I>, List<A>> answer, BiFunction<I, A, String> line, Output out) {
        List<A> answers;
        try {
            answers = answer.apply(batch);
        } catch (RuntimeException e) {
            // Some input is no good: one by one, until it is met again.
            for (I input : batch) {
                print(List.of(input), answer.apply(List.of(input)), line, out);
            }
            throw e;
        }
        print(batch, answers, line, out);
    }

    private static <I, A> void print(List<I> batch, List<A> answers, BiFunction<I, A, String> line, Output out) {
        for (int i = 0; i < answers.size(); i++) {
            out.line(line.apply(batch.get(i), answers.get(i)));
        }
        out.flush();
    }
}
