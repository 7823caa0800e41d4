package io.tesserae.cli.run.agent;

import io.tesserae.examples.generalist.Environment;
import java.io.PrintStream;

/** Somebody who watches episodes that are played together. */
interface Spectator extends AutoCloseable {

    /** Nobody watches. */
    Spectator NONE = new Spectator() {};

    /** Shows the very first episode in a terminal. */
    static Spectator live(PrintStream err) {
        return new LiveView(err);
    }

    /**
     * Draws a bar.
     *
     * @param environment whose episodes are played
     * @param groups how often episodes are played together
     */
    static Spectator bar(String environment, int groups, PrintStream err) {
        return new PlayProgress(environment, groups, err);
    }

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
