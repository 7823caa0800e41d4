package io.tesserae.pipelines.agent;

import java.util.List;

/**
 * Somebody who acts in one environment, and remembers the episode. Not thread-safe; any number of agents of one pipeline may act at the same
 * time, each on a thread of its own.
 *
 * <pre>{@code
 * agent.reset();
 * Action action = agent.act(Observation.of(position, speed), 0, new ActionSpace.Discrete(3));
 * }</pre>
 */
public final class Agent implements AutoCloseable {

    private final AgentGroup alone;

    Agent(AgentGroup alone) {
        this.alone = alone;
    }

    /** An episode is over; the next one begins, of any environment. Random numbers go on, so that no two episodes need be the same. */
    public void reset() {
        alone.reset(0);
    }

    /**
     * Acts, and remembers it.
     *
     * @param observation of the same kind and width as before in this episode
     * @param reward for arriving there, finite; 0 at the first step of an episode
     * @param space what may be done; numbers that are done may lie outside its limits, and are not clipped
     * @throws IllegalArgumentException if the model does not take such an observation, or has no such actions; nothing is remembered of it
     * @throws IllegalStateException if the pipeline or the agent is closed; or if the model's numbers have grown beyond float32, and the agent
     *     has to be reset
     */
    public Action act(Observation observation, float reward, ActionSpace space) {
        return alone.act(List.of(new Turn(0, observation, reward, space))).getFirst();
    }

    /** How many tokens it remembers of the episode before its next step: two for each. */
    public int keptTokens() {
        return alone.keptTokens(0);
    }

    /** Lets go of what it remembers; calls that come later fail. */
    @Override
    public void close() {
        alone.close();
    }
}
