package io.tesserae.generation.logits;

/**
 * Leaves the tokens with a probability of ε or more. Hewitt et al. 2022; transformers' {@code EpsilonLogitsWarper}.
 *
 * @param epsilon above 0 and below 1
 * @param leastKept what is left at least
 */
public record EpsilonCutoff(double epsilon, int leastKept, VocabularyScratch scratch) implements LogitsProcessor {

    @Override
    public void process(TokenHistory history, float[] scores) {
        if (Softmax.probabilities(scores, scores.length, scratch.probabilities)) {
            scratch.forbidBelow(epsilon, leastKept, scores);
        }
    }
}
