package io.tesserae.generation;

import io.tesserae.arguments.Arguments;
import io.tesserae.model.DecoderState;
import io.tesserae.tensor.Tensor;

/** A decoder's steps, checked: no sequence becomes longer than the model has positions. */
final class DecoderSteps {

    private final DecoderState state;

    DecoderSteps(DecoderState state) {
        this.state = state;
    }

    /**
     * Refuses prompts that the state cannot read.
     *
     * @throws IllegalArgumentException if it has another number of sequences, or a prompt is empty or too long
     */
    void requireReadable(int[][] prompts) {
        if (Arguments.require(prompts, "prompts").length != state.sequences() || prompts.length == 0) {
            throw new IllegalArgumentException("prompts: expected " + Math.max(1, state.sequences())
                    + ", one for each sequence of the decoder, found " + prompts.length);
        }
        for (int i = 0; i < prompts.length; i++) {
            if (Arguments.require(prompts[i], "prompts[" + i + "]").length == 0) {
                throw new IllegalArgumentException("prompts[" + i + "]: expected a token at least, found none");
            }
            if (prompts[i].length > state.maxLength() - state.length(i)) {
                throw new IllegalArgumentException("prompts[" + i + "]: expected at most "
                        + (state.maxLength() - state.length(i)) + " tokens, for which the model has positions, found "
                        + prompts[i].length);
            }
        }
    }

    Tensor read(int[][] prompts) {
        return state.advance(prompts);
    }

    /**
     * Reads one token more of every sequence that goes on.
     *
     * @param parents which of the state's sequences these are
     * @param tokens {@code [parents]}
     */
    Tensor advance(int[] parents, int[] tokens) {
        if (!isIdentity(parents)) {
            state.select(parents);
        }
        int[][] further = new int[tokens.length][];
        for (int i = 0; i < tokens.length; i++) {
            if (state.length(i) >= state.maxLength()) {
                throw new IllegalArgumentException(
                        "the model has " + state.maxLength() + " positions, and a sequence that"
                                + " has not ended fills them all; ask for fewer new tokens (max_new_tokens)");
            }
            further[i] = new int[] {tokens[i]};
        }
        return state.advance(further);
    }

    private boolean isIdentity(int[] parents) {
        boolean isIdentity = parents.length == state.sequences();
        for (int i = 0; i < parents.length; i++) {
            isIdentity &= parents[i] == i;
        }
        return isIdentity;
    }
}
