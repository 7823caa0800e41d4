package io.tesserae.cli.run.agent;

import io.tesserae.pipelines.agent.Action;
import java.util.List;

/**
 * An episode that a model has played. With environment, seed and actions it can be played again, which takes no model.
 *
 * @param environment its name
 * @param seed how it started
 * @param actions what was done, step by step
 * @param totalReward all rewards together: its return
 */
record PlayedEpisode(String environment, long seed, List<Action> actions, double totalReward) {

    PlayedEpisode {
        actions = List.copyOf(actions);
    }
}
