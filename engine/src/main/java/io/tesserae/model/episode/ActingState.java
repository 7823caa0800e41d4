package io.tesserae.model.episode;

import io.tesserae.tensor.Tensor;
import java.util.List;

/**
 * What a model has seen of several episodes that go on. It is kept, so that one step more costs the work of a step. Until the beginning of
 * an episode is let go of, the predictions are those of one pass over the whole of it, to the last bit. Not thread-safe.
 */
public interface ActingState extends AutoCloseable {

    /**
     * What one actor sees now.
     *
     * @param actor which
     * @param observation one step
     * @param reward for arriving here; 0 at the beginning
     * @param actions what will be done: of how many numbers an action is, or one of how many there is
     */
    record Sight(int actor, Observations observation, float reward, Expected actions) {}

    /** What a prediction is to be of. */
    sealed interface Expected {

        /** So many numbers. */
        record Numbers(int count) implements Expected {}

        /** Logits of so many actions. */
        record Choices(int count) implements Expected {}
    }

    /** How many actors there are. */
    int actors();

    /** How many tokens are kept of an actor's episode before its next step. */
    int keptTokens(int actor);

    /** An actor's episode is over; its next one begins. */
    void reset(int actor);

    /**
     * Predicts what some actors do next. Each then has to be told what it did, by {@link #acted}, before it is asked again. Either all
     * of them see it, or, if this throws, none.
     *
     * @param sights one for each of these actors, each once
     * @return for each sight {@code [numbers]}, or logits {@code [choices]}
     * @throws IllegalArgumentException if an observation is none that the model takes, or of another kind or width than the
     *     actor's last; the message says what was expected, and what was found
     */
    List<Tensor> predict(List<Sight> sights);

    /**
     * What an actor did after its last prediction.
     *
     * @param action one step
     */
    void acted(int actor, Actions action);

    @Override
    void close();
}
