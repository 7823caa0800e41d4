package io.tesserae.layer;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.Frame;
import io.tesserae.tensor.Tensor;
import java.util.Objects;

/**
 * Which rows of a ragged batch a head will read of the last layer, which then computes no others: the first token of each
 * sequence, say, the last, or those that are masked. That saves most of a layer, an eighth of DistilBERT's work and a fourteenth of
 * ViT-B/16's; the bits are the same, since no row depends on another's but through attention, which still sees all.
 */
public sealed interface Rows {

    /** All rows. */
    Rows ALL = new All();

    /** The first row of each sequence, of which none is empty. */
    Rows FIRST = new First();

    /** The last row of each sequence, of which none is empty. */
    Rows LAST = new Last();

    /**
     * These rows.
     *
     * @param rows indices into the rows of all sequences; those of one sequence, in any order, before those of the next
     */
    static Rows of(int... rows) {
        return new Given(Arguments.require(rows, "rows").clone());
    }

    /**
     * Which they are in a batch.
     *
     * @param sequenceStarts where each sequence begins, and where the last ends
     * @throws IllegalArgumentException if there is no such row, or a sequence has none where each must have one
     */
    Chosen in(int[] sequenceStarts);

    /**
     * Puts them together.
     *
     * @param frame receives the result
     * @param x {@code [rows of all, columns]}
     * @param sequenceStarts where each sequence begins, and where the last ends
     * @return {@code [rows wanted, columns]}, in the frame's memory; {@code x} itself if all are wanted
     */
    default Tensor gather(Frame frame, Tensor x, int[] sequenceStarts) {
        return in(sequenceStarts).gather(frame, x);
    }

    /**
     * Rows of a batch.
     *
     * @param rows indices into the rows of all sequences
     * @param starts {@code [sequences + 1]}: where in {@code rows} those of each sequence begin, and where the last end
     */
    record Chosen(int[] rows, int[] starts) {

        /** One row of each sequence. */
        private static Chosen oneOfEach(int[] rows) {
            int[] starts = new int[rows.length + 1];
            for (int s = 0; s < starts.length; s++) {
                starts[s] = s;
            }
            return new Chosen(rows, starts);
        }

        /**
         * Each row's index within its sequence.
         *
         * @param firstRows at which row each sequence begins; below its first row here where it began in an earlier batch
         */
        public int[] places(int[] firstRows) {
            int[] places = new int[rows.length];
            for (int s = 0; s < starts.length - 1; s++) {
                for (int i = starts[s]; i < starts[s + 1]; i++) {
                    places[i] = rows[i] - firstRows[s];
                }
            }
            return places;
        }

        /** Puts them together: {@code [rows, columns]}, in the frame's memory. */
        public Tensor gather(Frame frame, Tensor x) {
            int columns = x.dimension(1);
            Tensor gathered = frame.tensor(rows.length, columns); // [rows, columns]
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(x.data(), rows[i] * columns, gathered.data(), i * columns, columns);
            }
            return gathered;
        }
    }

    /** See {@link #ALL}. */
    record All() implements Rows {

        @Override
        public Chosen in(int[] sequenceStarts) {
            int[] rows = new int[sequenceStarts[sequenceStarts.length - 1]];
            for (int row = 0; row < rows.length; row++) {
                rows[row] = row;
            }
            return new Chosen(rows, sequenceStarts);
        }

        @Override
        public Tensor gather(Frame frame, Tensor x, int[] sequenceStarts) {
            return x;
        }
    }

    /** See {@link #FIRST}. */
    record First() implements Rows {

        @Override
        public Chosen in(int[] sequenceStarts) {
            int[] rows = new int[sequenceStarts.length - 1];
            for (int s = 0; s < rows.length; s++) {
                if (sequenceStarts[s] == sequenceStarts[s + 1]) {
                    throw new IllegalArgumentException("sequence " + s + " is empty, and has no first row");
                }
                rows[s] = sequenceStarts[s];
            }
            return Chosen.oneOfEach(rows);
        }
    }

    /** See {@link #LAST}. */
    record Last() implements Rows {

        @Override
        public Chosen in(int[] sequenceStarts) {
            int[] rows = new int[sequenceStarts.length - 1];
            for (int s = 0; s < rows.length; s++) {
                if (sequenceStarts[s] == sequenceStarts[s + 1]) {
                    throw new IllegalArgumentException("sequence " + s + " is empty, and has no last row");
                }
                rows[s] = sequenceStarts[s + 1] - 1;
            }
            return Chosen.oneOfEach(rows);
        }
    }

    /** See {@link #of}. */
    record Given(int[] rows) implements Rows {

        @Override
        public Chosen in(int[] sequenceStarts) {
            int sequences = sequenceStarts.length - 1;
            int[] starts = new int[sequences + 1];
            int sequence = 0;
            for (int i = 0; i < rows.length; i++) {
                Objects.checkIndex(rows[i], sequenceStarts[sequences]);
                while (rows[i] >= sequenceStarts[sequence + 1]) {
                    starts[++sequence] = i;
                }
                if (rows[i] < sequenceStarts[sequence]) {
                    throw new IllegalArgumentException(
                            "row " + rows[i] + " comes after a row of a later sequence than its own");
                }
            }
            while (sequence < sequences) {
                starts[++sequence] = rows.length;
            }
            return new Chosen(rows, starts);
        }
    }
}
