package io.tesserae.pipelines.schedule;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.task.PipelineListener;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Takes a pipeline's inputs through its model, and tells a listener how long that took. Immutable and thread-safe. */
public final class Calls {

    /** Nobody listens. */
    public static final Calls UNHEARD = new Calls(call -> {});

    private final PipelineListener listener;

    private Calls(PipelineListener listener) {
        this.listener = listener;
    }

    /** With a listener. */
    public static Calls heardBy(PipelineListener listener) {
        return new Calls(Arguments.require(listener, "listener"));
    }

    /** The answers to all of a list: {@link RaggedSchedule#list}, one call. */
    public <I, S, R, A> List<A> list(List<? extends I> inputs, int batchSize, Work<I, S, R, A> work) {
        Arguments.require(inputs, "inputs");
        return timed(inputs.size(), () -> RaggedSchedule.list(inputs, batchSize, work));
    }

    /** The answers to inputs that come one by one: {@link RaggedSchedule#stream}, a call for every batch. */
    public <I, S, R, A> Stream<A> stream(Stream<? extends I> inputs, int batchSize, Work<I, S, R, A> work) {
        return RaggedSchedule.stream(inputs, batchSize, work, listener);
    }

    /** Work of another shape, as one call. */
    public <T> T timed(int inputs, Supplier<T> work) {
        Begun begun = Begun.now(listener);
        T answer;
        try {
            answer = work.get();
        } catch (RuntimeException | Error e) {
            begun.ended(inputs, Optional.of(e));
            throw e;
        }
        begun.ended(inputs, Optional.empty());
        return answer;
    }
}
