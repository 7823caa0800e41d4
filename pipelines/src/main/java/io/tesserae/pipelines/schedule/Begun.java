package io.tesserae.pipelines.schedule;

import io.tesserae.pipelines.task.PipelineListener;
import java.time.Duration;
import java.util.Optional;

/**
 * Work that has begun, and of whose end a listener will hear.
 *
 * @param listener who hears of it
 * @param start by the clock of {@link System#nanoTime}
 */
record Begun(PipelineListener listener, long start) {

    /** Work that begins now. */
    static Begun now(PipelineListener listener) {
        return new Begun(listener, System.nanoTime());
    }

    /** Tells the listener. */
    void ended(int inputs, Optional<Throwable> failure) {
        Duration duration = Duration.ofNanos(System.nanoTime() - start);
        listener.ended(new PipelineListener.Call(inputs, duration, failure));
    }
}
