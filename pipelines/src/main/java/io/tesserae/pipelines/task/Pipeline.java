package io.tesserae.pipelines.task;

import io.tesserae.arguments.Arguments;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model with what comes before and after it: inputs in, answers out, one for each, in their order. Every task has one, and
 * whoever serves or distributes them needs no more than this; their own methods ({@code classify}, {@code embed}, …) are
 * shorter ways to the same answers.
 *
 * <p>Thread-safe: load it once, call it from any number of threads. An answer does not depend on what else is asked at the same
 * time, nor on batch sizes, to the last bit.
 *
 * @param <I> inputs
 * @param <O> the choices there are
 * @param <A> answers
 */
public interface Pipeline<I, O, A> extends AutoCloseable {

    /** The default choices: those of transformers. */
    O defaultOptions();

    /**
     * The answers to inputs, in their order.
     *
     * @throws IllegalArgumentException if an input is no good, or the options do not fit the model
     * @throws io.tesserae.loaders.image.ImageException if a picture cannot be read; the message names it
     * @throws IllegalStateException if the pipeline is closed
     */
    List<A> answer(List<? extends I> inputs, O options);

    /**
     * The answers to any number of inputs, in their order: as many are read at a time as one batch holds, and answers come as they
     * are asked for. Closing the stream closes that of the inputs.
     *
     * @return a stream that throws what {@link #answer(List, Object)} throws at an input that is no good, after the answers before
     *     it, and {@link java.util.concurrent.CancellationException} where its thread is interrupted
     * @throws IllegalArgumentException if the options do not fit the model
     */
    Stream<A> answer(Stream<? extends I> inputs, O options);

    /** The answer to one input: {@link #answer(List, Object)}. */
    default A answer(I input, O options) {
        return answer(List.of(Arguments.require(input, "input")), options).getFirst();
    }

    /** The answer to one input, with the default options. */
    default A answer(I input) {
        return answer(input, defaultOptions());
    }

    /**
     * The same pipeline, telling someone how long its work takes. It has the same model; closing one closes both.
     *
     * @param listener is called by the threads that ask; a listener of this pipeline's own is left out
     */
    Pipeline<I, O, A> withListener(PipelineListener listener);

    /** What it is, in a line: task, model, threads. Its {@code toString} says the same. */
    String description();

    /** Lets go of the checkpoint's files; calls that come later fail. */
    @Override
    void close();
}
