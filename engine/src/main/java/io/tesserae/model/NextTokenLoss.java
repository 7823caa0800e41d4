package io.tesserae.model;

import io.tesserae.arguments.Arguments;
import io.tesserae.kernel.ElementaryFunctions;
import io.tesserae.tensor.Tensor;

/** How well scores foretell: the cross-entropy of each token with the scores at the token before it. */
public final class NextTokenLoss {

    private NextTokenLoss() {}

    /**
     * The mean over the tokens that count. The first token of a sequence is foretold by nothing, and does not count.
     *
     * @param batch the tokens
     * @param logits {@code [tokens, vocabulary]}
     * @param counts {@code [tokens]}: whether a token is one to foretell
     * @return NaN where no token counts, as {@code torch.nn.CrossEntropyLoss}
     */
    public static float of(TokenBatch batch, Tensor logits, boolean[] counts) {
        Arguments.require(batch, "batch");
        Arguments.require(logits, "logits");
        if (Arguments.require(counts, "counts").length != batch.tokens() || logits.dimension(0) != batch.tokens()) {
            throw new IllegalArgumentException("a loss of " + batch.tokens() + " tokens, of which " + counts.length
                    + " count or not, with logits " + logits);
        }
        double sum = 0;
        int targets = 0;
        for (int sequence = 0; sequence < batch.sequences(); sequence++) {
            for (int token = batch.sequenceStarts()[sequence] + 1;
                    token < batch.sequenceStarts()[sequence + 1];
                    token++) {
                if (counts[token]) {
                    sum += crossEntropy(logits, token - 1, batch.inputIds()[token]);
                    targets++;
                }
            }
        }
        return (float) (sum / targets);
    }

    /** {@code ln Σ e^s - s[target]} of one row. */
    private static double crossEntropy(Tensor logits, int row, int target) {
        int columns = logits.dimension(1);
        float[] scores = logits.data();
        float largest = Float.NEGATIVE_INFINITY;
        for (int column = 0; column < columns; column++) {
            largest = Math.max(largest, scores[row * columns + column]);
        }
        double sum = 0;
        for (int column = 0; column < columns; column++) {
            sum += ElementaryFunctions.exp(scores[row * columns + column] - largest);
        }
        return StrictMath.log(sum) + ((double) largest - scores[row * columns + target]);
    }
}
