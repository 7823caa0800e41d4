package io.tesserae.cli.run.agent;

import io.tesserae.cli.console.CommandException;
import io.tesserae.examples.generalist.Environment;
import io.tesserae.examples.generalist.Environments;
import io.tesserae.examples.generalist.Step;
import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.Agent;
import io.tesserae.pipelines.agent.AgentGroup;
import io.tesserae.pipelines.agent.AgentOptions;
import io.tesserae.pipelines.agent.AgentPipeline;
import io.tesserae.pipelines.agent.Observation;
import io.tesserae.pipelines.agent.Turn;
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
    List<PlayedEpisode> play(long firstSeed, int episodes, Spectator spectator) {
        List<Seat> seats = new ArrayList<>();
        for (int i = 0; i < episodes; i++) {
            seats.add(new Seat(i, Environments.named(environment), firstSeed + i));
        }
        Seat first = seats.getFirst();
        List<Seat> playing = new ArrayList<>(seats);
        spectator.begin(first.world);
        // Agent i draws as one alone whose seed is i more: the seed of its episode.
        try (AgentGroup group = pipeline.newAgents(episodes, options.withSeed(firstSeed))) {
            while (!playing.isEmpty()) {
                boolean firstGoesOn = !first.isOver;
                List<Action> actions = act(group, playing);
                for (int i = 0; i < actions.size(); i++) {
                    playing.get(i).step(actions.get(i));
                }
                spectator.stepped(first.world, firstGoesOn);
                playing.removeIf(seat -> seat.isOver);
            }
        }
        spectator.end(first.world);
        return seats.stream()
                .map(seat -> new PlayedEpisode(environment, seat.seed, seat.actions, seat.totalReward))
                .toList();
    }

    private List<Action> act(AgentGroup group, List<Seat> playing) {
        try {
            return group.act(playing.stream().map(Seat::turn).toList());
        } catch (IllegalStateException e) {
            throw new CommandException(environment + ": " + e.getMessage(), e);
        }
    }

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

    /** An episode that goes on, and the agent before it. */
    private static final class Seat {

        private final int agent;
        private final Environment world;
        private final long seed;
        private final List<Action> actions = new ArrayList<>();
        private Observation observation;
        private float reward;
        private double totalReward;
        private boolean isOver;

        Seat(int agent, Environment world, long seed) {
            this.agent = agent;
            this.world = world;
            this.seed = seed;
            this.observation = world.reset(seed);
        }

        Turn turn() {
            return new Turn(agent, observation, reward, world.actionSpace());
        }

        void step(Action action) {
            Step step = world.step(action);
            actions.add(action);
            observation = step.observation();
            reward = step.reward();
            totalReward += reward;
            isOver = step.ends();
        }
    }
}
