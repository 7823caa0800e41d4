package io.tesserae.generation.logits;

/**
 * Leaves the tokens that surprise about as much as the model expects to be surprised, with a probability of {@code mass} together. Meister
 * et al. 2022; transformers' {@code TypicalLogitsWarper}.
 *
 * @param mass above 0 and below 1
 * @param leastKept what is left at least
 */
public record TypicalP(double mass, int leastKept, VocabularyScratch scratch) implements LogitsProcessor {

    public TypicalP {
        if (!(mass > 0 && mass < 1)) {
            throw new IllegalArgumentException("`typical_p` has to be a float > 0 and < 1, but is " + mass);
        }
    }

    @Override
    public void process(TokenHistory history, float[] scores) {
        double[] probabilities = scratch.probabilities;
        if (!Softmax.probabilities(scores, scores.length, probabilities)) {
            return;
        }
        double entropy = Softmax.entropy(scores, scores.length, probabilities);
        double largest = Softmax.largest(scores, scores.length);
        double shift = largest + Softmax.logarithmOfSum(scores, scores.length, largest);
        float[] closeness = scratch.values;
        for (int token = 0; token < scores.length; token++) {
            closeness[token] = (float) -Math.abs(shift - scores[token] - entropy);
        }
        scratch.ranked.rank(closeness, scores.length);
        scratch.keepNothing();
        double sum = 0;
        float last = Float.NEGATIVE_INFINITY;
        int count = 0;
        for (int token = scratch.ranked.next(); token >= 0; token = scratch.ranked.next()) {
            // the first token that brings the sum to the mass is the last, with all that are as close
            boolean isIn = sum < mass || count < leastKept || closeness[token] == last;
            if (!isIn) {
                break;
            }
            scratch.keep(token);
            if (sum < mass) {
                last = closeness[token];
            }
            sum += probabilities[token];
            count++;
        }
        scratch.forbidOthers(scores);
    }
}
