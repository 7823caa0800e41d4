package io.tesserae.generation.logits;

import java.util.Arrays;

/** Memory for one row of scores, that the rules of one call use in turn. */
public final class VocabularyScratch {

    final double[] probabilities;
    final float[] values;
    final RankedTokens ranked;
    private final boolean[] kept;

    public VocabularyScratch(int vocabularySize) {
        probabilities = new double[vocabularySize];
        values = new float[vocabularySize];
        ranked = new RankedTokens(vocabularySize);
        kept = new boolean[vocabularySize];
    }

    /** Begins to keep: nothing is kept yet. */
    void keepNothing() {
        Arrays.fill(kept, false);
    }

    void keep(int token) {
        kept[token] = true;
    }

    /** Forbids what has not been kept. */
    void forbidOthers(float[] scores) {
        for (int token = 0; token < scores.length; token++) {
            if (!kept[token]) {
                scores[token] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    /** The score of rank {@code count}, counted from 1; minus infinity if there are fewer that are not forbidden. */
    float thresholdOfBest(float[] scores, int count) {
        ranked.rank(scores, scores.length);
        float threshold = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            int token = ranked.next();
            if (token < 0) {
                return Float.NEGATIVE_INFINITY;
            }
            threshold = scores[token];
        }
        return threshold;
    }

    /**
     * Forbids the tokens with a probability below a limit, but not the best {@code leastKept}, nor those as good as the last of them.
     * {@link #probabilities} are those of the scores.
     */
    void forbidBelow(double limit, int leastKept, float[] scores) {
        float threshold = thresholdOfBest(scores, Math.min(leastKept, scores.length));
        for (int token = 0; token < scores.length; token++) {
            if (probabilities[token] < limit && scores[token] < threshold) {
                scores[token] = Float.NEGATIVE_INFINITY;
            }
        }
    }
}
