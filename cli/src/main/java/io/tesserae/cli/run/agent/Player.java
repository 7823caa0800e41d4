package io.tesserae.cli.run.agent;

import io.tesserae.cli.console.CommandException;
import io.tesserae.examples.generalist.Environment;
import io.tesserae.examples.generalist.Environments;
import io.tesserae.examples.generalist.Episode;
import io.tesserae.examples.generalist.ModelPlay;
import io.tesserae.pipelines.agent.Agent;
import io.tesserae.pipelines.agent.AgentOptions;
import io.tesserae.pipelines.agent.AgentPipeline;
import java.util.ArrayList;
import java.util.List;

/**
 * A model that plays one environment, several episodes at a time.
 *
 * @param environment its name
 */
record Player(AgentPipeline pipeline, String environment, AgentOptions options) {

    /** Episodes that are played at once: as many rows as keep a processor busy. */
    static final int MOST_TOGETHER = 64;

    /**
     * Has the model take a first step, to see whether it can.
     *
     * @throws CommandException if it does not take what the environment shows, or has no such actions
     */
    void requirePlayable() {
        Environment trial = Environments.named(environment);
        try (Agent agent = pipeline.newAgent(options)) {
            agent.act(trial.reset(options.seed()), 0, trial.actionSpace());
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new CommandException("the model cannot play " + environment + ": " + e.getMessage(), e);
        }
    }

    /**
     * Plays episodes together, each as it would go alone.
     *
     * @param firstSeed of the first of them; the others count on
     * @param episodes how many
     * @return in the order of their seeds
     * @throws CommandException if the model's numbers are none any more
     */
    List<PlayedEpisode> play(long firstSeed, int episodes, ModelPlay.Spectator spectator) {
        List<PlayedEpisode> played = new ArrayList<>();
        try {
            for (Episode episode : new ModelPlay(pipeline, environment, options).play(firstSeed, episodes, spectator)) {
                played.add(new PlayedEpisode(
                        environment, firstSeed + played.size(), episode.actions(), episode.totalReward()));
            }
        } catch (IllegalStateException e) {
            throw new CommandException(environment + ": " + e.getMessage(), e);
        }
        return played;
    }
}
