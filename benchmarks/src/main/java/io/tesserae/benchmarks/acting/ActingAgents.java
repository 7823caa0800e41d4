package io.tesserae.benchmarks.acting;

import io.tesserae.model.episode.ActingState;
import io.tesserae.model.episode.ActingState.Sight;
import io.tesserae.model.episode.Generalist;
import io.tesserae.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Agents that act together, each in an episode of its own. All are asked in one call. */
final class ActingAgents implements AutoCloseable {

    private static final int WARM_UP_TOKENS = 32;
    private static final int WARM_UP_STEPS = 150;
    private static final int FEW = 4;

    private final Surroundings surroundings;
    private final ActingState state;
    private int step;
    private List<Tensor> predicted = List.of();

    /**
     * Agents that have seen nothing yet.
     *
     * @param contextTokens how many tokens of its episode each keeps; empty: as many as the model has positions for
     */
    ActingAgents(Generalist model, Surroundings surroundings, int agents, OptionalInt contextTokens) {
        this.surroundings = surroundings;
        this.state = model.newActors(agents, contextTokens);
    }

    /**
     * Agents that are in the middle of an episode, or at the end of what they can keep; the code that they run is compiled.
     *
     * @param keptTokens of each before the first step
     */
    static ActingAgents inTheMiddle(
            Generalist model, Surroundings surroundings, int agents, OptionalInt contextTokens, int keptTokens) {
        try (var warmingUp = new ActingAgents(model, surroundings, agents, OptionalInt.of(WARM_UP_TOKENS))) {
            warmingUp.seconds(agents < FEW ? WARM_UP_STEPS : FEW);
        }
        ActingAgents acting = new ActingAgents(model, surroundings, agents, contextTokens);
        int before;
        do {
            before = acting.keptTokens();
            acting.step();
        } while (acting.keptTokens() < keptTokens && (acting.keptTokens() > before || acting.step == 1));
        return acting;
    }

    int count() {
        return state.actors();
    }

    /** Tokens that are kept of each episode. */
    int keptTokens() {
        return state.keptTokens(0);
    }

    /** Tokens that the next step reads of each: once the beginning is let go of, the last observation again. */
    int newTokens() {
        return keptTokens() < 2 * (step - 1) ? 3 : 2;
    }

    /** What was predicted last, for each agent. */
    List<Tensor> predicted() {
        return predicted;
    }

    /** What they see at this step. */
    List<Sight> sights() {
        List<Sight> sights = new ArrayList<>();
        for (int agent = 0; agent < count(); agent++) {
            sights.add(new Sight(
                    agent,
                    surroundings.observation(agent, step),
                    step == 0 ? 0 : Surroundings.reward(agent, step),
                    surroundings.expected()));
        }
        return sights;
    }

    /** Takes a step. */
    void step() {
        step(sights());
    }

    /** Takes a step from what they see now: what it costs to make observations is not the model's. */
    void step(List<Sight> sights) {
        predicted = state.predict(sights);
        for (int agent = 0; agent < count(); agent++) {
            state.acted(agent, surroundings.action(agent, step));
        }
        step++;
    }

    /**
     * Takes steps one after the other.
     *
     * @return the seconds of each
     */
    double[] seconds(int steps) {
        double[] seconds = new double[steps];
        for (int i = 0; i < steps; i++) {
            List<Sight> sights = sights();
            long start = System.nanoTime();
            step(sights);
            seconds[i] = (System.nanoTime() - start) * 1e-9;
        }
        return seconds;
    }

    @Override
    public void close() {
        state.close();
    }
}
