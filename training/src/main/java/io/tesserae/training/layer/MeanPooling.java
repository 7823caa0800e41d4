package io.tesserae.training.layer;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * One vector of each sequence: the mean of its tokens. It is the mode {@code mean} of sentence-transformers' {@code Pooling}; the sums are
 * in float64, token by token, as {@link io.tesserae.model.PoolingMode} has them, so the forward pass has the bits of the models that are
 * trained. Its sister {@code cls} is {@link Rows#firsts}.
 *
 * <pre>
 * y  = Σ x / tokens          [sequences, hidden], over the tokens of a sequence
 * dx = dy / tokens
 * </pre>
 */
public final class MeanPooling {

    private MeanPooling() {}

    /**
     * Pools every sequence.
     *
     * @param x {@code [tokens, hidden]}
     * @param sequenceStarts where each sequence's tokens begin: {@code [sequences + 1]}
     * @return {@code [sequences, hidden]}
     * @throws IllegalArgumentException if a sequence has no token
     */
    public static Variable forward(Tape tape, Variable x, int[] sequenceStarts) {
        SequenceStarts.requireTokens(sequenceStarts, x.rows());
        int hidden = x.columns();
        int sequences = sequenceStarts.length - 1;
        Tensor y = tape.take(sequences, hidden);
        for (int s = 0; s < sequences; s++) {
            double[] sums = new double[hidden];
            for (int token = sequenceStarts[s]; token < sequenceStarts[s + 1]; token++) {
                for (int channel = 0; channel < hidden; channel++) {
                    sums[channel] += x.value().data()[token * hidden + channel];
                }
            }
            double tokens = sequenceStarts[s + 1] - sequenceStarts[s];
            for (int channel = 0; channel < hidden; channel++) {
                y.data()[s * hidden + channel] = (float) (sums[channel] / tokens);
            }
        }
        return tape.record(y, x.needsGradient(), dy -> {
            float[] dx = x.gradient().toAddTo().data();
            for (int s = 0; s < sequences; s++) {
                float share = 1f / (sequenceStarts[s + 1] - sequenceStarts[s]);
                tape.kernels().scale(share, dy.data(), s * hidden, hidden, dy.data(), s * hidden);
                for (int token = sequenceStarts[s]; token < sequenceStarts[s + 1]; token++) {
                    tape.kernels().add(dy.data(), s * hidden, dx, token * hidden, hidden);
                }
            }
        });
    }
}
