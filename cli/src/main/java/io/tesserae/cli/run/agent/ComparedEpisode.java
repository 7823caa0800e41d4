package io.tesserae.cli.run.agent;

import io.tesserae.cli.output.Json;
import io.tesserae.examples.generalist.Environment;
import io.tesserae.examples.generalist.Environments;
import io.tesserae.examples.generalist.Episode;

/**
 * An episode beside those of others that start alike.
 *
 * @param expertReturn what the environment's expert earned
 * @param randomReturn what random actions earned
 */
record ComparedEpisode(PlayedEpisode played, double expertReturn, double randomReturn) {

    /** Has the others play it. */
    static ComparedEpisode of(PlayedEpisode played) {
        Environment environment = Environments.named(played.environment());
        return new ComparedEpisode(
                played,
                Episode.ofExpert(environment, played.seed()).totalReward(),
                Episode.ofRandom(environment, played.seed()).totalReward());
    }

    /** A line for programs. */
    String json() {
        return new Json()
                .raw("{")
                .name("environment")
                .string(played.environment())
                .name("seed")
                .integer(played.seed())
                .name("return")
                .number(played.totalReward())
                .name("steps")
                .integer(played.actions().size())
                .name("expert_return")
                .number(expertReturn)
                .name("random_return")
                .number(randomReturn)
                .raw("}")
                .toString();
    }
}
