package io.tesserae.family.common;

import io.tesserae.kernel.Frame;
import io.tesserae.kernel.Kernels;
import io.tesserae.tensor.Tensor;
import java.util.Arrays;

/** The mean of each sequence's rows: their sum in their order, over their number. */
public final class MeanRows {

    private MeanRows() {}

    /**
     * The means.
     *
     * @param frame receives the result
     * @param rows {@code [rows of all, hidden]}
     * @param sequenceStarts where each sequence begins, and where the last ends
     * @param skipped rows at the beginning of each sequence that are left out, fewer than it has
     * @return {@code [sequences, hidden]}, in the frame's memory
     */
    public static Tensor of(Frame frame, Tensor rows, int[] sequenceStarts, int skipped) {
        int hidden = rows.dimension(1);
        int sequences = sequenceStarts.length - 1;
        Kernels kernels = frame.workspace().machine().kernels();
        Tensor means = frame.tensor(sequences, hidden);
        Arrays.fill(means.data(), 0, means.size(), 0f);
        for (int s = 0; s < sequences; s++) {
            int first = sequenceStarts[s] + skipped;
            for (int row = first; row < sequenceStarts[s + 1]; row++) {
                kernels.addScaled(1f, rows.data(), row * hidden, means.data(), s * hidden, hidden);
            }
            for (int channel = s * hidden; channel < (s + 1) * hidden; channel++) {
                means.data()[channel] /= sequenceStarts[s + 1] - first;
            }
        }
        return means;
    }
}
