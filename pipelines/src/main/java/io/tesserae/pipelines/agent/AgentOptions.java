package io.tesserae.pipelines.agent;

import io.tesserae.arguments.Arguments;
import java.util.OptionalInt;

/**
 * The choices of an agent.
 *
 * @param seed where its random numbers begin; agent i of a group acts as an agent alone whose seed is i more
 * @param deterministic whether the likeliest of several actions is done; otherwise one is drawn by its probability. It makes no difference to
 *     actions that are numbers, which are as the model predicts them
 * @param contextWindow how many tokens of an episode an agent remembers at most, two a step; empty: as many as the model has positions for.
 *     JAT was evaluated with 32 in games, and 256 elsewhere
 */
public record AgentOptions(long seed, boolean deterministic, OptionalInt contextWindow) {

    /** As the reference acts: actions are drawn, with the seed 0, and as much is remembered as the model can. */
    public static final AgentOptions DEFAULT = new AgentOptions(0, false, OptionalInt.empty());

    /** Checks the range. */
    public AgentOptions {
        Arguments.require(contextWindow, "contextWindow");
        if (contextWindow.isPresent() && contextWindow.getAsInt() < 1) {
            throw new IllegalArgumentException(
                    "contextWindow: expected 1 token or more, found " + contextWindow.getAsInt());
        }
    }

    /** With random numbers that begin elsewhere. */
    public AgentOptions withSeed(long newSeed) {
        return new AgentOptions(newSeed, deterministic, contextWindow);
    }

    /** With the likeliest action, or one that is drawn. */
    public AgentOptions withDeterministic(boolean likeliest) {
        return new AgentOptions(seed, likeliest, contextWindow);
    }

    /** With so many tokens to remember, two a step. */
    public AgentOptions withContextWindow(int tokens) {
        return new AgentOptions(seed, deterministic, OptionalInt.of(tokens));
    }
}
