package io.tesserae.family.perceiver;

import io.tesserae.kernel.Frame;
import io.tesserae.tensor.StateDict;
import io.tesserae.tensor.Tensor;

/**
 * What fills the rows of one kind up to the width that rows of all kinds have: the same trained numbers in every row, by which the model
 * can tell kinds apart.
 *
 * @param numbers {@code [1, width - channels]}
 */
record TrainedPadding(Tensor numbers) {

    /**
     * Loads the padding of a kind.
     *
     * @param channels numbers of such a row that are not padding
     * @param width numbers of every row
     */
    static TrainedPadding load(StateDict paddings, String kind, int channels, int width) {
        return new TrainedPadding(paddings.read(kind, 1, width - channels));
    }

    /** Fills the last columns of some rows. */
    void fill(Frame frame, Tensor out, int firstRow, int rows) {
        int width = out.dimension(1);
        frame.workspace().machine().workers().run(rows, (row, thread) -> {
            int end = (firstRow + row + 1) * width;
            System.arraycopy(numbers.data(), 0, out.data(), end - numbers.size(), numbers.size());
        });
    }
}
