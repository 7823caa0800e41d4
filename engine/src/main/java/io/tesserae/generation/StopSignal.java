package io.tesserae.generation;

/** Asked before every step whether to go on; {@code AtomicBoolean::get} is one. */
@FunctionalInterface
public interface StopSignal {

    /** One that is never given. */
    StopSignal NEVER = () -> false;

    /** Whether to stop; what has been generated until then is the answer. */
    boolean isGiven();
}
