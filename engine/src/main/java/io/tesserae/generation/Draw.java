package io.tesserae.generation;

import io.tesserae.arguments.Arguments;
import io.tesserae.generation.logits.Softmax;

/** Draws an index by its probability: the first up to which probabilities, summed from the first on, exceed a random share of their sum. */
public final class Draw {

    private Draw() {}

    /**
     * Draws one.
     *
     * @param weights the first {@code count} are read; 0 or more, they need not sum to 1
     * @return an index with a weight above 0; -1 if there is none
     */
    static int index(double[] weights, int count, RandomStream random) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[i];
        }
        double limit = sum * random.next();
        int last = -1;
        double below = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] > 0) {
                last = i;
                below += weights[i];
                if (below > limit) {
                    break;
                }
            }
        }
        return last;
    }

    /**
     * Draws an index by the softmax of logits, at temperature 1.
     *
     * @param logits one or more, finite
     * @throws IllegalArgumentException if there are none, or others
     */
    public static int ofLogits(float[] logits, RandomStream random) {
        double[] probabilities = new double[Arguments.require(logits, "logits").length];
        Arguments.require(random, "random");
        if (!Softmax.probabilities(logits, logits.length, probabilities)) {
            throw new IllegalArgumentException("logits: expected one or more, finite, found others");
        }
        return index(probabilities, logits.length, random);
    }
}
