package io.tesserae.training.layer.picture;

import io.tesserae.kernel.Kernels;
import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/** Every sequence's first row and the mean of its last ones, side by side. */
public final class FirstAndMean {

    private FirstAndMean() {}

    /**
     * Both of every sequence. The mean is added up like every long sum: row i in chain i mod 16, then half upon half.
     *
     * @param x {@code [rows, hidden]}
     * @param starts where each sequence's rows begin: {@code [sequences + 1]}
     * @param prefix how many rows of a sequence do not count for the mean, 1 or more; some are left
     * @return {@code [sequences, 2 · hidden]}
     */
    public static Variable of(Tape tape, Variable x, int[] starts, int prefix) {
        int hidden = x.columns();
        int sequences = starts.length - 1;
        Tensor y = tape.take(sequences, 2 * hidden);
        for (int s = 0; s < sequences; s++) {
            int to = s * 2 * hidden;
            System.arraycopy(x.value().data(), starts[s] * hidden, y.data(), to, hidden);
            writeMean(tape, x.value(), starts[s] + prefix, starts[s + 1], y.data(), to + hidden);
        }
        return tape.record(y, x.needsGradient(), dy -> backward(tape, x, starts, prefix, dy));
    }

    private static void writeMean(Tape tape, Tensor x, int from, int to, float[] out, int offset) {
        Kernels kernels = tape.machine().kernels();
        int hidden = x.dimension(1);
        float[] partial = new float[Kernels.PARTIAL_SUMS * hidden]; // [chains, hidden]
        for (int row = from; row < to; row++) {
            int chain = (row - from) % Kernels.PARTIAL_SUMS;
            kernels.addScaled(1f, x.data(), row * hidden, partial, chain * hidden, hidden);
        }
        for (int half = partial.length / 2; half >= hidden; half /= 2) {
            kernels.addScaled(1f, partial, half, partial, 0, half);
        }
        for (int i = 0; i < hidden; i++) {
            out[offset + i] = partial[i] / (to - from);
        }
    }

    private static void backward(Tape tape, Variable x, int[] starts, int prefix, Tensor dy) {
        Kernels kernels = tape.machine().kernels();
        int hidden = x.columns();
        float[] dx = x.gradient().toAddTo().data();
        tape.machine().workers().run(starts.length - 1, (s, thread) -> {
            int from = s * 2 * hidden;
            tape.kernels().add(dy.data(), from, dx, starts[s] * hidden, hidden);
            float share = 1f / (starts[s + 1] - starts[s] - prefix);
            for (int row = starts[s] + prefix; row < starts[s + 1]; row++) {
                kernels.addScaled(share, dy.data(), from + hidden, dx, row * hidden, hidden);
            }
        });
    }
}
