package io.tesserae.examples.generalist;

import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.AgentGroup;
import io.tesserae.pipelines.agent.AgentOptions;
import io.tesserae.pipelines.agent.AgentPipeline;
import io.tesserae.pipelines.agent.Observation;
import io.tesserae.pipelines.agent.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A model that plays one environment, several episodes at a time, each as it would go alone.
 *
 * @param pipeline what decides
 * @param environment its name among the {@link Environments}
 * @param options how it decides; the seed is that of each episode
 */
public record ModelPlay(AgentPipeline pipeline, String environment, AgentOptions options) {

    /** Nothing may be missing. */
    public ModelPlay {
        Objects.requireNonNull(pipeline, "pipeline");
        Objects.requireNonNull(environment, "environment");
        Objects.requireNonNull(options, "options");
    }

    /**
     * Plays episodes together.
     *
     * @param firstSeed of the first of them; the others count on
     * @param episodes how many
     * @return in the order of their seeds; the labels are what was done
     * @throws IllegalArgumentException if the model does not take what the environment shows, or has no such actions
     * @throws IllegalStateException if the model's numbers are none any more
     */
    public List<Episode> play(long firstSeed, int episodes, Spectator spectator) {
        return play(firstSeed, episodes, spectator, false);
    }

    /**
     * Plays episodes together, with what the environment's expert would have done at each step as its label: what a learner has to
     * learn at the places where its own steps lead it (Ross, Gordon and Bagnell, "A reduction of imitation learning and structured
     * prediction to no-regret online learning", 2011: DAgger).
     *
     * @param firstSeed of the first of them; the others count on
     * @param episodes how many
     * @return in the order of their seeds
     */
    public List<Episode> corrected(long firstSeed, int episodes) {
        return play(firstSeed, episodes, Spectator.NONE, true);
    }

    private List<Episode> play(long firstSeed, int episodes, Spectator spectator, boolean isCorrected) {
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
                List<Action> actions =
                        group.act(playing.stream().map(Seat::turn).toList());
                for (int i = 0; i < actions.size(); i++) {
                    playing.get(i).step(actions.get(i), isCorrected);
                }
                spectator.stepped(first.world, firstGoesOn);
                playing.removeIf(seat -> seat.isOver);
            }
        }
        spectator.end(first.world);
        return seats.stream().map(seat -> seat.recording.end(seat.reward)).toList();
    }

    /** Somebody who watches episodes that are played together. */
    public interface Spectator extends AutoCloseable {

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
        private final Episode.Recording recording = new Episode.Recording();
        private Observation observation;
        private float reward;
        private boolean isOver;

        Seat(int agent, Environment world, long seed) {
            this.agent = agent;
            this.world = world;
            this.observation = world.reset(seed);
        }

        Turn turn() {
            return new Turn(agent, observation, reward, world.actionSpace());
        }

        void step(Action action, boolean isCorrected) {
            recording.add(observation, action, isCorrected ? world.expert() : action, reward);
            Step step = world.step(action);
            observation = step.observation();
            reward = step.reward();
            isOver = step.ends();
        }
    }
}
