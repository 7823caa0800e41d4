package io.tesserae.cli.run.agent;

import io.tesserae.examples.generalist.Environment;

/** Somebody who watches episodes that are played together. */
interface Spectator extends AutoCloseable {

    /** Nobody watches. */
    Spectator NONE = new Spectator() {};

    /** Episodes begin; one of them is to be looked at. */
    default void begin(Environment first) {}

    /**
     * All that still go on have gone a step further.
     *
     * @param firstGoesOn whether the one to be looked at is among them
     */
    default void stepped(Environment first, boolean firstGoesOn) {}

    /** Episodes are over. */
    default void end(Environment first) {}

    @Override
    default void close() {}
}
