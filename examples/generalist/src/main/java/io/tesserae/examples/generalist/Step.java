package io.tesserae.examples.generalist;

import io.tesserae.pipelines.agent.Observation;
import java.util.Objects;

/**
 * What comes of an action: what Gymnasium's {@code step} returns.
 *
 * @param observation what the environment shows now
 * @param reward what the action earned
 * @param terminated whether the episode is over by the environment's own rules: the pole fell, the mission is done
 * @param truncated whether the episode is over because it lasted long enough
 */
public record Step(Observation observation, float reward, boolean terminated, boolean truncated) {

    /** Checks that there is an observation. */
    public Step {
        Objects.requireNonNull(observation, "observation");
    }

    /** Whether the episode is over, for whichever reason. */
    public boolean ends() {
        return terminated || truncated;
    }
}
