package io.tesserae.family.perceiver;

import io.tesserae.kernel.Frame;
import io.tesserae.tensor.Tensor;

/**
 * Sound as rows: so many samples in a row, beside the Fourier features of their place. Transformers' {@code PerceiverAudioPreprocessor}
 * with {@code prep_type="patches"}.
 */
record AudioPatches(int samplesPerPatch, FourierPositions positions) {

    /** Numbers of a row. */
    int channels() {
        return samplesPerPatch + positions.channels();
    }

    /** How many rows so many samples are, which the samples of a row divide. */
    int rows(int samples) {
        return samples / samplesPerPatch;
    }

    /**
     * Makes the rows.
     *
     * @param audio {@code [samples]}
     * @param out receives {@code [rows, channels]} in the first columns of its rows, from row {@code firstRow} on
     */
    void fill(Frame frame, Tensor audio, Tensor out, int firstRow) {
        int rows = rows(audio.size());
        float[] coordinates = FourierPositions.linspace(-1f, 1f, rows);
        frame.workspace().machine().workers().run(rows, (row, thread) -> {
            int to = (firstRow + row) * out.dimension(1);
            System.arraycopy(audio.data(), row * samplesPerPatch, out.data(), to, samplesPerPatch);
            positions.write(coordinates[row], out.data(), to + samplesPerPatch);
        });
    }
}
