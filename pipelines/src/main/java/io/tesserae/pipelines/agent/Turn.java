package io.tesserae.pipelines.agent;

import io.tesserae.arguments.Arguments;

/**
 * What one agent of a group meets at one step.
 *
 * @param agent which; 0 or more
 * @param observation what it sees
 * @param reward for arriving there; 0 at the first step of an episode
 * @param space what it may do
 */
public record Turn(int agent, Observation observation, float reward, ActionSpace space) {

    /** Refuses null. */
    public Turn {
        Arguments.require(observation, "observation");
        Arguments.require(space, "space");
    }
}
