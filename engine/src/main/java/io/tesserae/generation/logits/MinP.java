package io.tesserae.generation.logits;

/**
 * Leaves the tokens that have at least a share of the likeliest one's probability. Nguyen et al. 2024; transformers' {@code
 * MinPLogitsWarper}.
 *
 * @param share from 0 to 1
 * @param leastKept what is left at least
 */
public record MinP(double share, int leastKept, VocabularyScratch scratch) implements LogitsProcessor {

    public MinP {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("`min_p` has to be a float in the [0, 1] interval, but is " + share);
        }
    }

    @Override
    public void process(TokenHistory history, float[] scores) {
        if (!Softmax.probabilities(scores, scores.length, scratch.probabilities)) {
            return;
        }
        double largest = 0;
        for (double probability : scratch.probabilities) {
            largest = Math.max(largest, probability);
        }
        scratch.forbidBelow(share * largest, leastKept, scores);
    }
}
