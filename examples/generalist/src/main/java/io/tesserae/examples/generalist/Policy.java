package io.tesserae.examples.generalist;

import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.Observation;

/** Decides what to do. A policy may remember what it saw of the episode; one that does is for one episode. */
@FunctionalInterface
public interface Policy {

    /**
     * What to do now.
     *
     * @param observation what the environment shows
     * @param reward what the step before earned; 0 at the start
     */
    Action act(Observation observation, float reward);
}
