package io.tesserae.training.layer;

import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** One of the blocks that a transformer is a stack of. */
public interface TransformerBlock {

    /**
     * From one hidden state to the next.
     *
     * @param x {@code [tokens, hidden]}
     * @param starts where each sequence's tokens begin: {@code [sequences + 1]}
     * @param wanted the rows that are computed; empty for all
     * @return {@code [rows wanted, hidden]}
     */
    Variable forward(Tape tape, Variable x, int[] starts, Optional<Rows> wanted, SelfAttention.Options options);

    /**
     * One block after the other; the last computes the wanted rows alone.
     *
     * @return {@code [rows wanted, hidden]}
     */
    static Variable stack(
            List<? extends TransformerBlock> blocks,
            Tape tape,
            Variable x,
            int[] starts,
            Optional<Rows> wanted,
            SelfAttention.Options options) {
        return stack(blocks, tape, x, starts, wanted, Collections.nCopies(blocks.size(), options));
    }

    /**
     * Likewise, where each block sees in its own way.
     *
     * @param options one for each block
     * @return {@code [rows wanted, hidden]}
     */
    static Variable stack(
            List<? extends TransformerBlock> blocks,
            Tape tape,
            Variable x,
            int[] starts,
            Optional<Rows> wanted,
            List<SelfAttention.Options> options) {
        if (blocks.isEmpty()) {
            return wanted.map(rows -> rows.gather(tape, x)).orElse(x);
        }
        Variable hidden = x;
        for (int i = 0; i < blocks.size(); i++) {
            TransformerBlock block = blocks.get(i);
            SelfAttention.Options seen = options.get(i);
            Optional<Rows> rows = i == blocks.size() - 1 ? wanted : Optional.empty();
            hidden = tape.block(hidden, (inner, input) -> block.forward(inner, input, starts, rows, seen));
        }
        return hidden;
    }
}
