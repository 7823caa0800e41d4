package io.tesserae.training.layer;

import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;

/**
 * A decoder's block that normalises after it has added: Vaswani et al., arXiv 1706.03762, section 3.1.
 *
 * <pre>
 * x = attentionNorm(x + dropout(attention(x)))           each token sees those before it
 * x = crossNorm(x + dropout(crossAttention(x, memory)))
 * x = feedForwardNorm(x + dropout(feedForward(x)))
 * </pre>
 */
public record PostNormDecoderBlock(
        Attention attention,
        Joining attentionJoining,
        Attention crossAttention,
        Joining crossJoining,
        PositionWise feedForward,
        Joining feedForwardJoining) {

    /** How a branch joins the residual stream: {@code norm(residual + dropout(branch))}. */
    public record Joining(Dropout dropout, LayerNorm norm) {

        Variable forward(Tape tape, Variable residual, Variable branch) {
            return norm.forward(tape, dropout.joined(tape, residual, branch));
        }
    }

    /**
     * What is looked at: sequence s of the texts looks at sequence s of the memory.
     *
     * @param states {@code [memory rows, width of the memory]}
     * @param starts where each sequence's rows begin: {@code [sequences + 1]}
     */
    public record Seen(Variable states, int[] starts) {}

    /**
     * From one hidden state to the next.
     *
     * @param x {@code [tokens, hidden]}
     * @param starts where each sequence's tokens begin: {@code [sequences + 1]}
     * @return {@code [tokens, hidden]}
     */
    public Variable forward(Tape tape, Variable x, int[] starts, Seen memory) {
        Variable attended = attention.forward(tape, x, starts, Optional.empty(), SelfAttention.Options.CAUSAL);
        Variable first = attentionJoining.forward(tape, x, attended);
        Variable looked = crossAttention.forward(tape, first, starts, memory.states(), memory.starts());
        Variable second = crossJoining.forward(tape, first, looked);
        return feedForwardJoining.forward(tape, second, feedForward.forward(tape, second));
    }
}
