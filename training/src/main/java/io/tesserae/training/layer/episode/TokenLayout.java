package io.tesserae.training.layer.episode;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;

/** Lays tokens that were embedded by several layers out as sequences. The gradient of a token goes back to where it was embedded. */
public final class TokenLayout {

    private TokenLayout() {}

    /**
     * Tokens of one kind.
     *
     * @param x {@code [tokens of the kind, columns]}
     * @param rows {@code [tokens of the kind]}, where each of them is in the result
     */
    public record Part(Variable x, int[] rows) {

        /** Checks that each token has a place. */
        public Part {
            if (x.rows() != rows.length) {
                throw new IllegalArgumentException(rows.length + " places for the tokens of " + x.value());
            }
        }
    }

    /**
     * All tokens in their places.
     *
     * @param parts together, one token for each row of the result
     * @return {@code [tokens, columns]}
     * @throws IllegalArgumentException if there are not as many tokens as rows
     */
    public static Variable of(Tape tape, int tokens, int columns, List<Part> parts) {
        int given = parts.stream().mapToInt(part -> part.rows().length).sum();
        if (given != tokens) {
            throw new IllegalArgumentException("expected " + tokens + " tokens to lay out, found " + given);
        }
        Tensor y = tape.take(tokens, columns);
        for (Part part : parts) {
            int[] rows = part.rows();
            tape.overRows(rows.length, columns, (from, to) -> {
                for (int i = from; i < to; i++) {
                    System.arraycopy(part.x().value().data(), i * columns, y.data(), rows[i] * columns, columns);
                }
            });
        }
        boolean needed = parts.stream().anyMatch(part -> part.x().needsGradient());
        return tape.record(y, needed, dy -> parts.forEach(part -> backward(tape, part, dy)));
    }

    private static void backward(Tape tape, Part part, Tensor dy) {
        if (part.x().needsGradient()) {
            int columns = dy.dimension(1);
            int[] rows = part.rows();
            float[] dx = part.x().gradient().toAddTo().data();
            tape.overRows(rows.length, columns, (from, to) -> {
                for (int i = from; i < to; i++) {
                    tape.kernels().add(dy.data(), rows[i] * columns, dx, i * columns, columns);
                }
            });
        }
    }
}
