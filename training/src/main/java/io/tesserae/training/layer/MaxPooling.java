package io.tesserae.training.layer;

import io.tesserae.tensor.Tensor;
import io.tesserae.training.tape.Tape;
import io.tesserae.training.tape.Variable;

/**
 * One vector of each sequence: the greatest value of each channel among its tokens. It is the mode {@code max} of sentence-transformers'
 * {@code Pooling}. The gradient goes to the first token that has the value: {@code torch.max}.
 */
public final class MaxPooling {

    private MaxPooling() {}

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
        float[] values = x.value().data();
        Tensor y = tape.take(sequenceStarts.length - 1, hidden);
        int[] winners = new int[y.size()]; // places in x
        for (int i = 0; i < winners.length; i++) {
            int s = i / hidden;
            winners[i] = sequenceStarts[s] * hidden + i % hidden;
            float greatest = values[winners[i]];
            for (int token = sequenceStarts[s] + 1; token < sequenceStarts[s + 1]; token++) {
                int place = token * hidden + i % hidden;
                greatest = Math.max(greatest, values[place]); // NaN wins
                if (Float.compare(greatest, values[winners[i]]) != 0) {
                    winners[i] = place;
                }
            }
            y.data()[i] = greatest;
        }
        return tape.record(y, x.needsGradient(), dy -> {
            float[] dx = x.gradient().toAddTo().data();
            for (int i = 0; i < winners.length; i++) {
                dx[winners[i]] += dy.data()[i];
            }
        });
    }
}
