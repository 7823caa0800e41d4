package io.tesserae.training.layer;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;
import java.util.stream.IntStream;

/**
 * Some rows of a ragged batch: those that a head reads. The last block of a network computes no others.
 *
 * @param rows ascending
 * @param starts where each sequence's begin: {@code [sequences + 1]}
 */
public record Rows(int[] rows, int[] starts) {

    /** The first row of every sequence, none of which is empty. */
    public static Rows firsts(int[] sequenceStarts) {
        int sequences = sequenceStarts.length - 1;
        return new Rows(
                IntStream.range(0, sequences).map(s -> sequenceStarts[s]).toArray(),
                IntStream.rangeClosed(0, sequences).toArray());
    }

    /** Given rows, ascending. */
    public static Rows of(int[] rows, int[] sequenceStarts) {
        int[] starts = new int[sequenceStarts.length];
        for (int s = 1, next = 0; s < starts.length; s++) {
            while (next < rows.length && rows[next] < sequenceStarts[s]) {
                next++;
            }
            starts[s] = next;
        }
        return new Rows(rows, starts);
    }

    /** Their places in their sequences. */
    int[] places(int[] sequenceStarts) {
        int[] places = new int[rows.length];
        for (int s = 0; s + 1 < starts.length; s++) {
            for (int i = starts[s]; i < starts[s + 1]; i++) {
                places[i] = rows[i] - sequenceStarts[s];
            }
        }
        return places;
    }

    /**
     * Copies these rows; gradients are added where the rows were.
     *
     * @param x {@code [all rows, columns]}
     * @return {@code [these rows, columns]}
     */
    public Variable gather(Tape tape, Variable x) {
        int columns = x.columns();
        Tensor y = tape.take(rows.length, columns);
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(x.value().data(), rows[i] * columns, y.data(), i * columns, columns);
        }
        return tape.record(y, x.needsGradient(), dy -> {
            float[] dx = x.gradient().toAddTo().data();
            for (int i = 0; i < rows.length; i++) {
                tape.kernels().add(dy.data(), i * columns, dx, rows[i] * columns, columns);
            }
        });
    }
}
