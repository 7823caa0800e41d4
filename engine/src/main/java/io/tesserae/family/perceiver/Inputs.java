package io.tesserae.family.perceiver;

import io.tesserae.kernel.Frame;
import io.tesserae.tensor.Tensor;

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
}
