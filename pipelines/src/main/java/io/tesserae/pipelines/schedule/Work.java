package io.tesserae.pipelines.schedule;

import io.tesserae.tokenizer.Encoding;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a pipeline does with its inputs: the part that differs from task to task.
 *
 * @param <I> inputs
 * @param <S> what the model is to see of an input, one or several: encodings, pictures
 * @param <R> what the model says of one of these
 * @param <A> answers
 */
public interface Work<I, S, R, A> {

    /**
     * The sequences that the model is to see for an input.
     *
     * @throws IllegalArgumentException if the input is no good
     */
    List<S> encode(I input);

    /** How much of a batch a sequence fills, in tokens. */
    int size(S sequence);

    /** Runs the model on a batch. */
    Outcome<R> run(List<S> batch);

    /** An input's answer from what the model said of its sequences. */
    A answer(I input, List<S> sequences, List<R> results);

    /** Runs work in which memory may run out, and says so as an exception of its kind. */
    <T> T withinMemory(Supplier<T> work);

    /**
     * What became of a batch.
     *
     * @param results what the model says of its sequences, in their order; fewer where one could not be read
     * @param failure why there are no more; null where there are all
     */
    record Outcome<R>(List<R> results, RuntimeException failure) {}

    /** Work on texts. */
    interface OnTexts<I, R, A> extends Work<I, Encoding, R, A> {

        /** What the model says of each sequence of a batch, in its order. */
        List<R> forward(List<Encoding> batch);

        @Override
        default int size(Encoding sequence) {
            return sequence.size();
        }

        @Override
        default Outcome<R> run(List<Encoding> batch) {
            return new Outcome<>(forward(batch), null);
        }

        @Override
        default <T> T withinMemory(Supplier<T> work) {
            return RunningOutOfMemory.refusesTexts(work);
        }
    }
}
