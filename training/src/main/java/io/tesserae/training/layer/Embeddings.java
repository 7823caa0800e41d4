package io.tesserae.training.layer;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Parameter;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.List;

/**
 * What a text begins with: rows of tables, words and positions say, added up. The gradient of a row is added to every table's row that it
 * came from, in the order of the tokens: {@code torch.nn.Embedding}.
 */
public final class Embeddings {

    /** For a table without a padding row. */
    public static final int NO_PADDING = -1;

    private Embeddings() {}

    /**
     * Which rows of a table are wanted.
     *
     * @param table {@code [rows, columns]}
     * @param ids {@code [tokens]}, each below the table's rows
     * @param padding the row that is never trained: {@code padding_idx}; {@link #NO_PADDING} for none
     */
    public record LookUp(Parameter table, int[] ids, int padding) {

        /** Rows of a table that has no padding row. */
        public static LookUp of(Parameter table, int[] ids) {
            return new LookUp(table, ids, NO_PADDING);
        }
    }

    /** The sum of the rows of all tables, in their order: {@code [tokens, columns]}. */
    public static Variable sum(Tape tape, List<LookUp> lookUps) {
        int tokens = lookUps.getFirst().ids().length;
        int columns = lookUps.getFirst().table().value().dimension(1);
        Tensor y = tape.take(tokens, columns);
        tape.overRows(tokens, columns, (from, to) -> {
            for (int token = from; token < to; token++) {
                addRows(tape, lookUps, token, y.data(), columns);
            }
        });
        boolean trained = lookUps.stream().anyMatch(lookUp -> lookUp.table().isTrained());
        return tape.record(y, trained, dy -> {
            for (LookUp lookUp : lookUps) {
                if (lookUp.table().isTrained()) {
                    scatter(tape, lookUp, dy);
                }
            }
        });
    }

    private static void addRows(Tape tape, List<LookUp> lookUps, int token, float[] y, int columns) {
        for (int i = 0; i < lookUps.size(); i++) {
            float[] table = lookUps.get(i).table().data();
            int row = lookUps.get(i).ids()[token] * columns;
            if (i == 0) {
                System.arraycopy(table, row, y, token * columns, columns);
            } else {
                tape.kernels().add(table, row, y, token * columns, columns);
            }
        }
    }

    /** Every thread has some columns of all tokens, so each sum is in the order of the tokens. */
    private static void scatter(Tape tape, LookUp lookUp, Tensor dy) {
        float[] gradient = tape.toAddTo(lookUp.table().gradient()).data();
        int columns = dy.dimension(1);
        tape.overColumns(columns, dy.dimension(0), (from, to) -> {
            for (int token = 0; token < lookUp.ids().length; token++) {
                int row = lookUp.ids()[token];
                if (row != lookUp.padding()) {
                    tape.kernels().add(dy.data(), token * columns + from, gradient, row * columns + from, to - from);
                }
            }
        });
    }
}
