package io.tesserae.generation.logits;

/**
 * Leaves the likeliest tokens that have a probability of p together. Holtzman et al. 2019; transformers' {@code TopPLogitsWarper}.
 *
 * @param p from 0 to 1
 * @param leastKept what is left at least
 */
public record TopP(double p, int leastKept, VocabularyScratch scratch) implements LogitsProcessor {

    public TopP {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("`top_p` has to be a float > 0 and < 1, but is " + p);
        }
    }

    @Override
    public void process(TokenHistory history, float[] scores) {
        if (!Softmax.probabilities(scores, scores.length, scratch.probabilities)) {
            return;
        }
        scratch.ranked.rankHigherIndexFirst(scores, scores.length); // the reference sorts the other way round
        scratch.keepNothing();
        double above = 0;
        int count = 0;
        for (int token = scratch.ranked.next(); token >= 0; token = scratch.ranked.next()) {
            // a token goes if it and all that are less likely have 1 - p or less together
            if (count++ >= leastKept && 1 - above <= 1 - p) {
                break;
            }
            scratch.keep(token);
            above += scratch.probabilities[token];
        }
        scratch.forbidOthers(scores);
    }
}
