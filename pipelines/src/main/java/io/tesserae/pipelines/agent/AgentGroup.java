package io.tesserae.pipelines.agent;

import io.tesserae.arguments.Arguments;
import io.tesserae.generation.Draw;
import io.tesserae.generation.RandomStream;
import io.tesserae.model.episode.ActingState;
import io.tesserae.model.episode.ActingState.Expected;
import io.tesserae.model.episode.ActingState.Sight;
import io.tesserae.model.episode.Actions;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Agents of one model that act in environments of their own, in one pass of the model: that is faster than one by one. Each remembers its own
 * episode, draws its own random numbers, and acts as it would alone, to the last bit. Not thread-safe.
 */
public final class AgentGroup implements AutoCloseable {

    private final Runnable requireOpen; // throws once the pipeline is closed
    private final ObservationReader reader;
    private final boolean deterministic;
    private final float temperature;
    private final ActingState state;
    private final RandomStream[] random; // [agents]

    AgentGroup(Runnable requireOpen, ObservationReader reader, ActingState state, AgentOptions options) {
        this.requireOpen = requireOpen;
        this.reader = reader;
        this.deterministic = options.deterministic();
        this.temperature = (float) options.temperature();
        this.state = state;
        this.random = new RandomStream[state.actors()];
        Arrays.setAll(random, agent -> new RandomStream(options.seed() + agent, 0));
    }

    /** How many agents there are. */
    public int agents() {
        return random.length;
    }

    /**
     * An agent's episode is over; its next one begins, of any environment. Its random numbers go on.
     *
     * @throws IndexOutOfBoundsException if there is no such agent
     */
    public void reset(int agent) {
        state.reset(Objects.checkIndex(agent, agents()));
    }

    /**
     * Some or all agents act, and remember it.
     *
     * @param turns one for each of these agents, in any order; observations and spaces may be of different kinds
     * @return what each of them does, in the order of the turns
     * @throws IllegalArgumentException if the model does not take one of the observations, or has no such actions, or an agent has two turns;
     *     then none of them has acted, and nothing is remembered
     * @throws IllegalStateException if pipeline or group is closed; or if the model's numbers have grown beyond float32, and the agent that
     *     is named has to be reset, while the others have acted
     */
    public List<Action> act(List<Turn> turns) {
        requireOpen.run();
        require(turns);
        List<Sight> sights = new ArrayList<>();
        for (Turn turn : turns) {
            sights.add(new Sight(
                    turn.agent(), reader.read(where(turn), turn.observation()), turn.reward(), expected(turn.space())));
        }
        List<Tensor> predicted = predict(sights); // [numbers] or logits [choices] each
        List<Action> actions = new ArrayList<>();
        for (int i = 0; i < turns.size(); i++) {
            if (predicted.get(i).isFinite()) {
                actions.add(act(turns.get(i), predicted.get(i)));
            }
        }
        for (int i = 0; i < turns.size(); i++) {
            if (!predicted.get(i).isFinite()) {
                throw new IllegalStateException(
                        where(turns.get(i)) + "the model predicts NaN or infinity, since numbers"
                                + " have become larger than float32 holds; reset the agent, and look at what it observes");
            }
        }
        return List.copyOf(actions);
    }

    private void require(List<Turn> turns) {
        if (Arguments.requireAll(turns, "turns").isEmpty()) {
            throw new IllegalArgumentException("turns: expected one or more, found none");
        }
        boolean[] acts = new boolean[agents()];
        for (Turn turn : turns) {
            int agent = turn.agent();
            if (agent < 0 || agent >= agents() || acts[agent]) {
                throw new IllegalArgumentException(
                        "turns: expected each agent once, from 0 to " + (agents() - 1) + ", found " + agent);
            }
            acts[agent] = true;
        }
    }

    private String where(Turn turn) {
        return agents() == 1 ? "" : "agent " + turn.agent() + ": ";
    }

    private static Expected expected(ActionSpace space) {
        return switch (space) {
            case ActionSpace.Box box -> new Expected.Numbers(box.size());
            case ActionSpace.Discrete(int count) -> new Expected.Choices(count);
        };
    }

    private List<Tensor> predict(List<Sight> sights) {
        try {
            return state.predict(sights);
        } catch (OutOfMemoryError e) {
            sights.forEach(sight -> state.reset(sight.actor())); // what was kept may be half of a step
            throw new IllegalStateException(
                    "too little memory to let " + sights.size() + " agents act at once, and their episodes are"
                            + " forgotten. Give the JVM more with -Xmx, now "
                            + (Runtime.getRuntime().maxMemory() >> 20) + " MB, or let fewer act at once",
                    e);
        }
    }

    private Action act(Turn turn, Tensor predicted) {
        return switch (turn.space()) {
            case ActionSpace.Box box -> {
                Tensor values = predicted.reshape(1, predicted.size()); // [steps, numbers]
                state.acted(turn.agent(), new Actions.Continuous(values));
                yield new Action.Continuous(predicted.data());
            }
            case ActionSpace.Discrete _ -> {
                int index = deterministic
                        ? likeliest(predicted.data())
                        : Draw.ofLogits(tempered(predicted.data()), random[turn.agent()]);
                state.acted(turn.agent(), new Actions.Discrete(new int[] {index}));
                yield new Action.Discrete(index);
            }
        };
    }

    private float[] tempered(float[] logits) {
        if (temperature == 1) {
            return logits;
        }
        float[] tempered = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            tempered[i] = logits[i] / temperature;
        }
        return tempered;
    }

    /** The first of the largest. */
    private static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    /**
     * How many tokens an agent remembers of the episode before its next step: two for each.
     *
     * @throws IndexOutOfBoundsException if there is no such agent
     */
    public int keptTokens(int agent) {
        return state.keptTokens(Objects.checkIndex(agent, agents()));
    }

    /** Lets go of what the agents remember; calls that come later fail. */
    @Override
    public void close() {
        state.close();
    }
}
