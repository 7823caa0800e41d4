package io.tesserae.model.episode;

import io.tesserae.arguments.Arguments;

/**
 * An episode, or a part of one.
 *
 * @param observations one a step
 * @param actions one a step: what was done after that observation
 * @param rewards {@code [steps]}: what was received on arriving at that observation
 */
public record Episode(Observations observations, Actions actions, float[] rewards) {

    /** Checks that the parts are as long as each other. */
    public Episode {
        Arguments.require(observations, "observations");
        Arguments.require(actions, "actions");
        Arguments.require(rewards, "rewards");
        int steps = observations.steps();
        if (steps < 1 || actions.steps() != steps || rewards.length != steps) {
            throw new IllegalArgumentException("an episode: expected as many observations, actions and rewards, one or"
                    + " more, found " + steps + ", " + actions.steps() + " and " + rewards.length);
        }
    }

    /** How many steps there are. */
    public int steps() {
        return rewards.length;
    }
}
