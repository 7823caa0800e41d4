package io.tesserae.training.layer;

import io.tesserae.kernel.AttentionPattern;
import io.tesserae.kernel.ScoreBias;
import io.tesserae.training.layer.ScaledDotProduct.Operands;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Optional;

/**
 * Multi-head attention: Vaswani et al., arXiv 1706.03762, section 3.2.2.
 *
 * @param query {@code [heads · headSize, width]}
 * @param key {@code [heads · headSize, width of the memory]}
 * @param value {@code [heads · headSize, width of the memory]}
 * @param heads what happens between the projections
 * @param output {@code [width, heads · headSize]}
 */
@SuppressWarnings("exports") // what it computes with is not for others
public record Attention(Linear query, Linear key, Linear value, ScaledDotProduct heads, Linear output)
        implements SelfAttention {

    /**
     * Self-attention within sequences.
     *
     * @param x {@code [tokens, width]}
     * @param starts where each sequence's tokens begin: {@code [sequences + 1]}
     * @param wanted the rows that ask; empty for all
     * @return {@code [rows that ask, width]}
     */
    @Override
    public Variable forward(Tape tape, Variable x, int[] starts, Optional<Rows> wanted, Options options) {
        Variable asking = wanted.map(rows -> rows.gather(tape, x)).orElse(x);
        AttentionPattern pattern = AttentionPattern.ragged(
                wanted.map(Rows::starts).orElse(starts),
                starts,
                wanted.map(rows -> rows.places(starts)).orElse(AttentionPattern.LAST),
                options.sight(),
                ScoreBias.NONE);
        Operands operands = new Operands(query.forward(tape, asking), key.forward(tape, x), value.forward(tape, x));
        return output.forward(tape, heads.forward(tape, operands, pattern, options.distances()));
    }

    /**
     * Cross-attention: sequence s of the queries attends to sequence s of the memory.
     *
     * @param x {@code [tokens, width]}
     * @param memory {@code [memory rows, width of the memory]}
     */
    public Variable forward(Tape tape, Variable x, int[] starts, Variable memory, int[] memoryStarts) {
        AttentionPattern pattern = AttentionPattern.everything(starts, memoryStarts);
        Operands operands =
                new Operands(query.forward(tape, x), key.forward(tape, memory), value.forward(tape, memory));
        return output.forward(tape, heads.forward(tape, operands, pattern, Optional.empty()));
    }
}
