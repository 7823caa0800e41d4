package io.tesserae.pipelines.agent;

import io.tesserae.arguments.Arguments;
import java.util.OptionalInt;

/**
 * The choices of an agent.
 *
 * @param seed where its random numbers begin; agent i of a group acts as an agent alone whose seed is i more
 * @param deterministic whether the likeliest of several actions is done; otherwise one is drawn by its probability. It makes no difference to
 *     actions that are numbers, which are as the model predicts them
 * @param temperature what the scores of actions are divided by before one is drawn: 1 as in the reference, less for the likelier ones more
 *     often, more than 0. An agent that always does the likeliest may go in circles where nothing that it sees changes; one that draws, at
 *     a low temperature too, leaves them some time
 * @param contextWindow how many tokens of an episode an agent remembers at most, two a step; empty: as many as the model has positions for.
 *     JAT was evaluated with 32 in games, and 256 elsewhere
 */
public record AgentOptions(long seed, boolean deterministic, double temperature, OptionalInt contextWindow) {

    /** As the reference acts: actions are drawn, with the seed 0, and as much is remembered as the model can. */
    public static final AgentOptions DEFAULT = new AgentOptions(0, false, 1, OptionalInt.empty());

    /** Checks the range. */
    public AgentOptions {
        if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("temperature: expected more than 0, found " + temperature);
        }
        Arguments.require(contextWindow, "contextWindow");
        if (contextWindow.isPresent() && contextWindow.getAsInt() < 1) {
            throw new IllegalArgumentException(
                    "contextWindow: expected 1 token or more, found " + contextWindow.getAsInt());
        }
    }

    /** With random numbers that begin elsewhere. */
    public AgentOptions withSeed(long newSeed) {
        return new AgentOptions(newSeed, deterministic, temperature, contextWindow);
    }

    /** With the likeliest action, or one that is drawn. */
    public AgentOptions withDeterministic(boolean likeliest) {
        return new AgentOptions(seed, likeliest, temperature, contextWindow);
    }

    /** Draws actions at this temperature. */
    public AgentOptions withTemperature(double drawnAt) {
        return new AgentOptions(seed, false, drawnAt, contextWindow);
    }

    /** With so many tokens to remember, two a step. */
    public AgentOptions withContextWindow(int tokens) {
        return new AgentOptions(seed, deterministic, temperature, OptionalInt.of(tokens));
    }
}
