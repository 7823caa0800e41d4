package io.tesserae.examples.generalist;

import io.tesserae.pipelines.agent.Action;
import io.tesserae.pipelines.agent.Observation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One run through an environment, from {@link Environment#reset} to its end. Immutable.
 *
 * @param observations what was seen before each step, one or more
 * @param actions what was done at each step
 * @param labels what a learner should have done: of an expert with noise, what the expert would have done; else the actions
 * @param rewards the reward received <em>on arriving</em> at each observation: the first is 0
 * @param totalReward all rewards of the episode, the last step's too, which arrives with an observation that nobody acts on
 */
public record Episode(
        List<Observation> observations,
        List<Action> actions,
        List<Action> labels,
        float[] rewards,
        double totalReward) {

    /** Copies the lists, and checks that there is as much of each. */
    public Episode {
        observations = List.copyOf(Objects.requireNonNull(observations, "observations"));
        actions = List.copyOf(Objects.requireNonNull(actions, "actions"));
        labels = List.copyOf(Objects.requireNonNull(labels, "labels"));
        rewards = Objects.requireNonNull(rewards, "rewards").clone();
        if (observations.isEmpty()
                || actions.size() != observations.size()
                || labels.size() != actions.size()
                || rewards.length != observations.size()) {
            throw new IllegalArgumentException("expected as many observations, actions and rewards, 1 or more, found "
                    + observations.size() + ", " + actions.size() + " and " + rewards.length);
        }
    }

    /** How many steps. */
    public int length() {
        return actions.size();
    }

    @Override
    public float[] rewards() {
        return rewards.clone();
    }

    /** An episode that a policy plays. */
    public static Episode play(Environment environment, Policy policy, long seed) {
        Recording recording = new Recording();
        Observation observation = environment.reset(seed);
        float reward = 0;
        boolean ended = false;
        while (!ended) {
            Action action = policy.act(observation, reward);
            recording.add(observation, action, action, reward);
            Step step = environment.step(action);
            observation = step.observation();
            reward = step.reward();
            ended = step.ends();
        }
        return recording.end(reward);
    }

    /** An episode that the environment's expert plays. */
    public static Episode ofExpert(Environment environment, long seed) {
        return ofExpert(environment, seed, 0);
    }

    /**
     * An episode that the environment's expert plays with an unsteady hand: at every step, with the probability {@code noise},
     * a random action is executed in place of the expert's; what the expert would have done is the step's label. So the episode
     * leads to places where a learner's own mistakes will lead it, and shows the way back: noise injection (Laskey et al.,
     * "DART: noise injection for robust imitation learning", 2017).
     *
     * @param noise from 0 to 1
     */
    public static Episode ofExpert(Environment environment, long seed, double noise) {
        if (!(noise >= 0 && noise <= 1)) {
            throw new IllegalArgumentException("noise: expected 0 to 1, found " + noise);
        }
        // Not the numbers by which the environment starts.
        SeededRandom random = new SeededRandom(~seed);
        Recording recording = new Recording();
        Observation observation = environment.reset(seed);
        float reward = 0;
        boolean ended = false;
        while (!ended) {
            Action label = environment.expert();
            Action action = random.chance(noise) ? environment.random(random) : label;
            recording.add(observation, action, label, reward);
            Step step = environment.step(action);
            observation = step.observation();
            reward = step.reward();
            ended = step.ends();
        }
        return recording.end(reward);
    }

    /** An episode of random actions. */
    public static Episode ofRandom(Environment environment, long seed) {
        SeededRandom random = new SeededRandom(~seed);
        return play(environment, (_, _) -> environment.random(random), seed);
    }

    @Override
    public boolean equals(Object other) {
        return other
                        instanceof
                        Episode(
                                var otherObservations,
                                var otherActions,
                                var otherLabels,
                                var otherRewards,
                                var otherTotal)
                && observations.equals(otherObservations)
                && actions.equals(otherActions)
                && labels.equals(otherLabels)
                && Arrays.equals(rewards, otherRewards)
                && Double.compare(totalReward, otherTotal) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * observations.hashCode() + 7 * actions.hashCode() + Arrays.hashCode(rewards);
    }

    @Override
    public String toString() {
        return length() + " steps that earned " + totalReward;
    }

    /** An episode as it grows. */
    static final class Recording {

        private final List<Observation> observations = new ArrayList<>();
        private final List<Action> actions = new ArrayList<>();
        private final List<Action> labels = new ArrayList<>();
        private final List<Float> rewards = new ArrayList<>();

        void add(Observation observation, Action action, Action label, float reward) {
            observations.add(observation);
            actions.add(action);
            labels.add(label);
            rewards.add(reward);
        }

        Episode end(float lastReward) {
            float[] arrived = new float[rewards.size()];
            double total = lastReward;
            for (int i = 0; i < arrived.length; i++) {
                arrived[i] = rewards.get(i);
                total += arrived[i];
            }
            return new Episode(observations, actions, labels, arrived, total);
        }
    }
}
