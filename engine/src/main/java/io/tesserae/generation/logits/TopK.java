package io.tesserae.generation.logits;

/**
 * Leaves the best k tokens, and those as good as the last of them. Fan et al. 2018; transformers' {@code TopKLogitsWarper}.
 *
 * @param k 1 or more
 * @param leastKept what is left at least
 */
public record TopK(int k, int leastKept, VocabularyScratch scratch) implements LogitsProcessor {

    public TopK {
        if (k < 1) {
            throw new IllegalArgumentException("`top_k` has to be a strictly positive integer, but is " + k);
        }
    }

    @Override
    public void process(TokenHistory history, float[] scores) {
        float threshold = scratch.thresholdOfBest(scores, Math.min(Math.max(k, leastKept), scores.length));
        for (int token = 0; token < scores.length; token++) {
            if (scores[token] < threshold) {
                scores[token] = Float.NEGATIVE_INFINITY;
            }
        }
    }
}
