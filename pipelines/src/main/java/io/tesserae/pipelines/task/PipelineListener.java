package io.tesserae.pipelines.task;

import java.time.Duration;
import java.util.Optional;

/**
 * Is told what a pipeline was asked, and how long that took: for metrics. {@link Pipeline#withListener} gives a pipeline one.
 *
 * <p>It is called by the thread that asked, after the work. What it throws reaches the caller; so it should throw nothing.
 */
@FunctionalInterface
public interface PipelineListener {

    /** Hears of work that has ended, well or not. */
    void ended(Call call);

    /**
     * A list of inputs that was answered, or one batch of a stream.
     *
     * @param inputs how many inputs were answered; of a list that failed, how many there were
     * @param duration how long it took
     * @param failure why it ended without answers; empty where it ended well
     */
    record Call(int inputs, Duration duration, Optional<Throwable> failure) {}
}
