package io.tesserae.training.layer;

import io.tesserae.kernel.AttentionPattern;
import io.tesserae.kernel.ScoreBias;
import io.tesserae.training.layer.ScaledDotProduct.Operands;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;
import java.util.Optional;

/**
 * {@link Attention} whose queries, keys and values come from one layer, a third of whose outputs each is.
 *
 * @param queryKeyValue {@code [3 · heads · headSize, width]}
 * @param heads what happens between the projections
 * @param output {@code [width, heads · headSize]}
 */
public record AttentionTogether(Linear queryKeyValue, ScaledDotProduct heads, Linear output) implements SelfAttention {

    @Override
    public Variable forward(Tape tape, Variable x, int[] starts, Optional<Rows> wanted, SelfAttention.Options options) {
        List<Variable> parts = Columns.split(tape, queryKeyValue.forward(tape, x), 3); // [tokens, width] each
        Variable queries =
                wanted.map(rows -> rows.gather(tape, parts.getFirst())).orElse(parts.getFirst());
        AttentionPattern pattern = AttentionPattern.ragged(
                wanted.map(Rows::starts).orElse(starts),
                starts,
                wanted.map(rows -> rows.places(starts)).orElse(AttentionPattern.LAST),
                options.sight(),
                ScoreBias.NONE);
        Operands operands = new Operands(queries, parts.get(1), parts.get(2));
        return output.forward(tape, heads.forward(tape, operands, pattern, options.distances()));
    }
}
