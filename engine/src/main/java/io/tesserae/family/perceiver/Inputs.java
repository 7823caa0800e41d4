package io.tesserae.family.perceiver;

import io.tesserae.kernel.Frame;
import io.tesserae.tensor.Tensor;
import java.util.function.IntUnaryOperator;

/**
 * What latents read: rows of numbers for each sequence of a batch, whatever they stand for. They are made when they are read, so that the
 * rows of one large input are in memory at a time.
 */
interface Inputs {

    /** How many sequences there are: texts, pictures, videos. */
    int sequences();

    /** How many rows a sequence has, 1 or more. */
    int length(int sequence);

    /**
     * Makes the rows of some sequences, one after the other.
     *
     * @param frame for what is in between
     * @param from the first of these sequences
     * @param to the one behind the last
     * @param rows receives {@code [rows of these, width]}
     */
    void fill(Frame frame, int from, int to, Tensor rows);

    /** {@link #fill} by itself. */
    @FunctionalInterface
    interface Filling {
        void fill(Frame frame, int from, int to, Tensor rows);
    }

    /** Inputs of these lengths, one for each sequence. */
    static Inputs of(int sequences, IntUnaryOperator length, Filling filling) {
        return new Inputs() {

            @Override
            public int sequences() {
                return sequences;
            }

            @Override
            public int length(int sequence) {
                return length.applyAsInt(sequence);
            }

            @Override
            public void fill(Frame frame, int from, int to, Tensor rows) {
                filling.fill(frame, from, to, rows);
            }
        };
    }
}
