package io.tesserae.generation.logits;

import java.util.Arrays;

/** Tokens by list, of which a vocabulary may lack some. */
final class Forbidding {

    private Forbidding() {}

    /** Forbids the tokens of a list; an id that the vocabulary lacks is forbidden already. */
    static void forbid(float[] scores, int[] tokens) {
        for (int token : tokens) {
            forbid(scores, token);
        }
    }

    static void forbid(float[] scores, int token) {
        if (token >= 0 && token < scores.length) {
            scores[token] = Float.NEGATIVE_INFINITY;
        }
    }

    /** Forbids all tokens but these, which get 0. */
    static void force(float[] scores, int[] tokens) {
        Arrays.fill(scores, Float.NEGATIVE_INFINITY);
        for (int token : tokens) {
            scores[token] = 0f;
        }
    }
}
