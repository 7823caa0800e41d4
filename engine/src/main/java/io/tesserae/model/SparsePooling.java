package io.tesserae.model;

import io.tesserae.tensor.Tensor;

/**
 * How the scores of a vocabulary at every token become one weight for each word: {@code SpladePooling} of sentence-transformers, from
 * Formal et al., arXiv 2107.05720, section 3.2, and 2109.10086, section 3.
 *
 * @param sum whether the weights at all tokens are added up; else the greatest counts
 * @param twice whether the logarithm is taken twice (Geng et al., arXiv 2411.04403, section 3.3)
 */
public record SparsePooling(boolean sum, boolean twice) {

    /** The greatest weight of any token, {@code log(1 + relu(score))}. */
    public static final SparsePooling MAX = new SparsePooling(false, false);

    /**
     * The weights of a text.
     *
     * @param logits {@code [tokens, vocabulary]}
     * @param first row of the text
     * @param end row after its last
     */
    SparseVector pool(Tensor logits, int first, int end) {
        int vocabulary = logits.dimension(1);
        float[] scores = logits.data();
        float[] weights = new float[vocabulary];
        for (int token = first; token < end; token++) {
            for (int word = 0, at = token * vocabulary; word < vocabulary; word++, at++) {
                if (scores[at] > 0) {
                    weights[word] = sum ? weights[word] + weight(scores[at]) : Math.max(weights[word], scores[at]);
                }
            }
        }
        // The logarithm grows with the score: the greatest weight is that of the greatest score.
        return of(weights, sum);
    }

    private SparseVector of(float[] weights, boolean done) {
        int count = 0;
        for (float weight : weights) {
            count += weight > 0 ? 1 : 0;
        }
        int[] ids = new int[count];
        float[] kept = new float[count];
        for (int word = 0, at = 0; word < weights.length; word++) {
            if (weights[word] > 0) {
                ids[at] = word;
                kept[at++] = done ? weights[word] : weight(weights[word]);
            }
        }
        return new SparseVector(ids, kept);
    }

    /** StrictMath's logarithm: the same bits on every machine. */
    private float weight(float score) {
        double weight = StrictMath.log1p(score);
        return (float) (twice ? StrictMath.log1p(weight) : weight);
    }
}
