package io.tesserae.generation;

/**
 * Hears of tokens: each as it is chosen, in greedy search and sampling; in beam search all tokens of a sequence when the search has ended, since until
 * then any of them may be dropped. Called on the generating thread; what it throws ends the generation.
 */
@FunctionalInterface
public interface TokenListener {

    /** One that does nothing. */
    TokenListener NONE = (_, _) -> {};

    /**
     * A token has been chosen.
     *
     * @param row which of the sequences of {@link Generated#sequences()}
     * @param token its next id
     */
    void token(int row, int token);

    /** A sequence has ended. */
    default void finished(int row, FinishReason reason) {}
}
