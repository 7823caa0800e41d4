package io.tesserae.generation.logits;

/**
 * Leaves the tokens with a probability of η or more, which is ε or less where the model is unsure. Hewitt et al. 2022; transformers' {@code
 * EtaLogitsWarper}.
 *
 * @param epsilon above 0 and below 1
 * @param leastKept what is left at least
 */
public record EtaCutoff(double epsilon, int leastKept, VocabularyScratch scratch) implements LogitsProcessor {

    @Override
    public void process(TokenHistory history, float[] scores) {
        if (Softmax.probabilities(scores, scores.length, scratch.probabilities)) {
            double entropy = Softmax.entropy(scores, scores.length, scratch.probabilities);
            double eta = Math.min(epsilon, Math.sqrt(epsilon) * StrictMath.exp(-entropy));
            scratch.forbidBelow(eta, leastKept, scores);
        }
    }
}
