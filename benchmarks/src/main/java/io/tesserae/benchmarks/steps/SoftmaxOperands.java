package io.tesserae.benchmarks.steps;

import java.util.Random;

/**
 * Scores of a head's attention, a row for each query.
 *
 * @param scores {@code [queries, keys]}
 */
record SoftmaxOperands(int queries, int keys, float[] scores) {

    /** Chains of a row's sum, whatever the machine's width: value i belongs to chain i mod 16. */
    static final int PARTIAL_SUMS = 16;

    /** Scores as they are in a model: some units apart. */
    static SoftmaxOperands random(int queries, int keys) {
        Random random = new Random(2);
        float[] scores = new float[queries * keys];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) (2 * random.nextGaussian());
        }
        return new SoftmaxOperands(queries, keys, scores);
    }

    /** The sum of the chains: the upper half onto the lower half, until one is left. */
    static float fold(float[] partial) {
        for (int half = PARTIAL_SUMS / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                partial[i] += partial[i + half];
            }
        }
        return partial[0];
    }
}
