package io.tesserae.server.batch;

import java.util.stream.Stream;

/**
 * What a {@link Batcher} asks: {@code pipeline::answer}.
 *
 * @param <I> inputs
 * @param <O> options
 * @param <A> answers
 */
@FunctionalInterface
public interface Inference<I, O, A> {

    /**
     * The answers to inputs, in their order: inputs are read as they are needed, and answers come as they are asked for.
     *
     * @return a stream that throws at an input that is no good, after the answers to those before it
     */
    Stream<A> answer(Stream<I> inputs, O options);
}
